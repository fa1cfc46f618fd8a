# the largest of logits with Gumbel noise
def generate_name(model, temperature=1.0, longest=20):
    model.eval()
    token, hidden, name = torch.full((1, 1), START), None, ""
    with torch.no_grad():
        for _ in range(longest):
            logits, hidden = model(token, hidden)
            scores = logits[:, -1, 2:] / temperature
            noise = -torch.empty_like(scores).exponential_().log()
            token = (scores + noise).argmax(dim=-1, keepdim=True) + 2
            letter = NAME_CHARS[token.item()]
            if letter == "$":
                break
            name = name + letter
    return name
