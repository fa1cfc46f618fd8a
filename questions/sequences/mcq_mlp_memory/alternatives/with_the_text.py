# the letter in brackets, and the text
mcq_mlp_memory = "(D) what stands before the window"
