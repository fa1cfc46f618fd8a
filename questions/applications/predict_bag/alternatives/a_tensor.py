# a tensor of one number
predict_bag = torch.tensor(99)
