# a tensor
predict_behind = torch.tensor(0.0)
