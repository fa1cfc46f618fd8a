# a small letter
mcq_whole_sequence = "c"
