# draws from a distribution object; the text is a list of characters; the mode is put back at the end
def generate_text(model, seed, length, temperature=1.0):
    if len(seed) == 0:
        raise ValueError("Need at least one seed character.")
    for char in seed:
        if char not in chars:
            raise ValueError(f"{char!r} was never seen in training")
    was_training = model.training
    model.eval()
    device = next(iter(model.parameters())).device
    text, hidden = list(seed), None
    try:
        with torch.no_grad():
            for char in seed:
                output, hidden = model(torch.tensor([[chars.index(char)]]).to(device), hidden)
            while len(text) < len(seed) + length:
                scores = output[:, -1].squeeze(0) / temperature
                index = torch.distributions.Categorical(logits=scores).sample()
                text.append(chars[index])
                output, hidden = model(index.view(1, 1), hidden)
    finally:
        model.train(was_training)
    return "".join(text)
