# a mask of what may come, a list of ids, torch.no_grad as a context around one step
def generate_name(model, temperature=1.0, longest=20):
    model.eval()
    allowed = torch.ones(len(NAME_CHARS), dtype=torch.bool)
    allowed[PAD], allowed[START] = False, False
    ids, hidden, current = [], None, torch.tensor([START])
    while len(ids) < longest:
        with torch.no_grad():
            logits, hidden = model(current.view(1, 1), hidden)
        logits = logits.squeeze(0).squeeze(0).masked_fill(~allowed, float("-inf"))
        current = torch.multinomial(torch.softmax(logits / temperature, -1), num_samples=1)
        if current.item() == END:
            break
        ids.append(current.item())
    return "".join([NAME_CHARS[i] for i in ids])
