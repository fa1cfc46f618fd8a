# the letter and what stands behind it
predict_recall = "B: that one"
