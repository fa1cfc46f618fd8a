# a small letter
mcq_embedding = "b"
