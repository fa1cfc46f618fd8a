# the letter in brackets, and the text
mcq_target = "(B) the ids one place on"
