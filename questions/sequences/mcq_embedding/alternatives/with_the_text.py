# the letter in brackets, and the text
mcq_embedding = "(A) short, dense, learned"
