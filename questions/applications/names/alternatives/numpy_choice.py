# numpy's choice among END and the letters
import numpy as np


def generate_name(model, temperature=1.0, longest=20):
    model.eval()
    name, token, hidden = [], START, None
    with torch.no_grad():
        for step in range(longest):
            logits, hidden = model(torch.tensor([[token]]), hidden)
            z = logits[0, 0, END:].double().numpy() / temperature
            p = np.exp(z - z.max())
            token = END + int(np.random.choice(len(p), p=p / p.sum()))
            if token == END:
                return "".join(name)
            name += [NAME_CHARS[token]]
    return "".join(name)
