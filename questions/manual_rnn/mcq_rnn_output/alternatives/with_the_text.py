# the letter and the text
mcq_rnn_output = "B) batch, steps, hidden"
