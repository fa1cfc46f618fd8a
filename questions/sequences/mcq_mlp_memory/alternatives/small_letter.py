# a small letter
mcq_mlp_memory = "d"
