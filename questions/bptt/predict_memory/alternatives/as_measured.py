# the order that was measured
predict_memory = ["open LSTM", "RNN", "LSTM"]
