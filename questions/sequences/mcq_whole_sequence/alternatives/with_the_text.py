# the letter in brackets, and the text
mcq_whole_sequence = "(C) sentiment"
