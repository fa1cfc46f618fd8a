# a tensor of one number
predict_fading = torch.tanh(torch.tensor(0.9))
