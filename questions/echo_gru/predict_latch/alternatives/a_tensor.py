# a tensor of one number
predict_latch = torch.tensor(99)
