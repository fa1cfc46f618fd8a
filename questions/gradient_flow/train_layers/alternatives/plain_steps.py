# NAdam with a rate that falls in steps; larger batches, a function that gives model and curve
def fit_one(net, batches=500, size=128):
    model, curve = RecurrentRegressionModel(net, output_dim=1), []
    opt = torch.optim.NAdam(model.parameters(), lr=0.006)
    decay = torch.optim.lr_scheduler.StepLR(opt, step_size=100, gamma=0.5)
    model.train()
    for _ in range(batches):
        opt.zero_grad(set_to_none=True)
        inputs, targets = generate_batch(10, size)
        outputs, _ = model(inputs)
        error = torch.nn.functional.mse_loss(outputs, targets)
        error.backward()
        opt.step()
        decay.step()
        curve.append(float(error))
    return model.eval(), curve


torch.manual_seed(4)
results = [fit_one(RNN(1, 28, depth)) for depth in (1, 2)]
models, losses = [r[0] for r in results], [r[1] for r in results]
