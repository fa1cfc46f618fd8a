# RMSprop with a falling rate; an RNNLayer as the net of one layer; a tuple
def fit(model, batches=700):
    optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-3)
    for i in range(batches):
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * (1 - i / batches)
        x, y = generate_batch(batch_size=64)
        optimizer.zero_grad()
        ((model(x)[0] - y) ** 2).mean().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


torch.manual_seed(2)
models = (RecurrentRegressionModel(RNNLayer(1, 32)), RecurrentRegressionModel(RNN(1, 32, 2)))
for model in models:
    fit(model)
