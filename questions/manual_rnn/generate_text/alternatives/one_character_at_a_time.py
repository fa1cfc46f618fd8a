# the prompt character by character; Categorical draws; the mode is put back
@torch.no_grad()
def generate_text(model, seed, length, temperature=1.0):
    if seed == "":
        raise ValueError("nothing to start from")
    was_training = model.training
    model.train(False)
    hidden, out = None, []
    for c in seed:
        logits, hidden = model(torch.tensor(encode(c)).view(1, 1), hidden)
        out.append(c)
    while len(out) < len(seed) + length:
        z = logits.squeeze() / temperature
        nxt = torch.distributions.Categorical(logits=z).sample().item()
        out.append(idx2char[nxt])
        logits, hidden = model(torch.tensor([[nxt]]), hidden)
    model.train(was_training)
    return "".join(out)
