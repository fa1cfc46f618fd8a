# a small letter
mcq_embedding = "a"
