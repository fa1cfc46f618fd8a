# both at once with one optimizer and a loss that is absolute for large errors
torch.manual_seed(0)
uni_history, bi_history = [], []
uni_model = CharRegressionRNN(len(chars), 16, 32, 2)
bi_model = CharRegressionBiRNN(len(chars), 16, 32, 2)
adam = torch.optim.Adam([*uni_model.parameters(), *bi_model.parameters()], lr=5e-3)
for step in range(300):
    x, y = get_batch("train", 24, 48)
    loss = sum(F.smooth_l1_loss(model(x)[0][..., 0], y.float()) for model in (uni_model, bi_model))
    adam.zero_grad()
    loss.backward()
    adam.step()
