# a small letter
mcq_rnn_output = "d"
