# a tensor of one number
predict_window = torch.tensor(5.0)
