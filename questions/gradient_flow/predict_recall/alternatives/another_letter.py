# another letter
predict_recall = "A"
