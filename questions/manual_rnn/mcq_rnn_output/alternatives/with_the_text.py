# the letter and the text
mcq_rnn_output = "D) batch, steps, hidden"
