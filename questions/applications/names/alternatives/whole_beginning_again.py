# feeds the whole beginning at each step; sets probabilities to zero
@torch.no_grad()
def generate_name(model, temperature=1.0, longest=20):
    model.eval()
    ids = [START]
    for _ in range(longest):
        out = model(torch.tensor([ids]))
        logits = out[0] if isinstance(out, tuple) else out
        p = F.softmax(logits[0, -1] / temperature, dim=0)
        p[PAD] = p[START] = 0
        i = int(torch.multinomial(p, num_samples=1))
        if i == END:
            break
        ids.append(i)
    return "".join(NAME_CHARS[i] for i in ids[1:])
