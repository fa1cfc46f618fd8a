"""Wrong answers to predict_memory: those that commit to nothing."""

from unrolled.checking.prediction import not_committed

MISCONCEPTIONS = not_committed('["open LSTM", "LSTM", "RNN"]', '["open LSTM", "LSTM"]')
