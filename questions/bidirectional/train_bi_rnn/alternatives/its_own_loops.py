# flattened, RMSprop, clipping by value, models left in training mode, no history
torch.manual_seed(0)
uni_history, bi_history = [], []
uni_model = CharRegressionRNN(len(chars), 16, 32, 1)
bi_model = CharRegressionBiRNN(len(chars), 24, 32, 2)
criterion = nn.MSELoss()
for model in (uni_model, bi_model):
    model.train()
    opt = torch.optim.RMSprop(model.parameters(), lr=2e-3)
    for i in range(300):
        xb, yb = get_batch("train", 24, 48)
        pred, _ = model(xb)
        opt.zero_grad()
        criterion(pred.reshape(-1), yb.reshape(-1).float()).backward()
        torch.nn.utils.clip_grad_value_(model.parameters(), 0.5)
        opt.step()
