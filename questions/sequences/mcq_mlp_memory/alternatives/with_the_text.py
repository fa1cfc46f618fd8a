# the letter in brackets, and the text
mcq_mlp_memory = "(B) what stands before the window"
