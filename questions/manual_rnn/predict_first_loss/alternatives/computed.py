# a computed number
predict_first_loss = -torch.log(torch.tensor(1 / 21)).item()
