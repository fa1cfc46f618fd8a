# a computed number
predict_alone = 100 * 0.93**3
