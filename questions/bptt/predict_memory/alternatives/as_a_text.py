# one text with commas, in small letters
predict_memory = "lstm, open lstm, rnn"
