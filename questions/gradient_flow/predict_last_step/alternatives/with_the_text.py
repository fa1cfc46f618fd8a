# the letter and what stands behind it
predict_last_step = "B: that one"
