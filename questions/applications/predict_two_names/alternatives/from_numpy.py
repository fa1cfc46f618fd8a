# a number of NumPy's
predict_two_names = np.float64(96.5)
