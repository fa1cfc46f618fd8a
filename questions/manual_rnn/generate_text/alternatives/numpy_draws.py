# NumPy draws; an unknown character is a KeyError; the first state is made of zeros
def generate_text(model, seed, length, temperature=1.0):
    import numpy as np
    if not seed:
        raise ValueError("seed is empty")
    ids = [char2idx[c] for c in seed]
    model.eval()
    with torch.inference_mode():
        h = torch.zeros(model.num_layers, 1, model.hidden_dim) if hasattr(model, "num_layers") else None
        fed = ids
        for _ in range(length):
            logits, h = model(torch.LongTensor(fed).unsqueeze(0), h)
            p = torch.log_softmax(logits[:, -1, :].double() / temperature, dim=1).exp().numpy().ravel()
            fed = [int(np.random.choice(len(p), p=p / p.sum()))]
            ids = ids + fed
    return decode(ids)
