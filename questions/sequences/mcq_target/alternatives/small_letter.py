# a small letter
mcq_target = "b"
