# the letter in brackets, and the text
mcq_embedding = "(B) short, dense, learned"
