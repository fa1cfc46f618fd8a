# the largest of the logits with noise of the right kind added is a draw from the softmax
@torch.no_grad()
def generate_text(model, seed, length, temperature=1.0):
    if seed == "":
        raise ValueError("the prompt must not be empty")
    model = model.eval()
    where = next(model.parameters()).device
    x, h, new = torch.tensor(encode(seed), device=where)[None], None, []
    for _ in range(length):
        y, h = model(x, h)
        noise = -torch.empty_like(y[0, -1]).exponential_().log()
        x = (y[0, -1] / temperature + noise).argmax().reshape(1, 1)
        new.append(x.item())
    return seed + decode(new)
