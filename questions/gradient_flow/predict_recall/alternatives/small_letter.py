# a small letter with a bracket
predict_recall = "d)"
