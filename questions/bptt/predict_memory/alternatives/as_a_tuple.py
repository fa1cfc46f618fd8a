# a tuple, and the RNN first
predict_memory = ("RNN", "LSTM", "open LSTM")
