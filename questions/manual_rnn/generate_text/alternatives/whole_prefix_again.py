# no state at all: the whole text is read anew for each character
def generate_text(model, seed, length, temperature=1.0):
    if len(seed) == 0:
        raise ValueError("empty prompt")
    model.eval()
    text = seed
    with torch.no_grad():
        for _ in range(length):
            logits = model(torch.tensor([encode(text)]))[0]
            weights = torch.exp((logits[0, -1] - logits[0, -1].max()) / temperature)
            text += idx2char[int(torch.multinomial(weights, 1))]
    encode(text)
    return text
