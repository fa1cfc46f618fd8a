# a small letter with a bracket
predict_last_step = "d)"
