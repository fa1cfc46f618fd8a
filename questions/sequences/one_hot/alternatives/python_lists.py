# plain lists of 0.0 and 1.0, made into a tensor at the end
def one_hot(ids, vocab_size):
    encoded = []
    for token in ids.flatten().tolist():
        if token not in range(vocab_size):
            raise IndexError(token)
        encoded.append([1.0 if place == token else 0.0 for place in range(vocab_size)])
    return torch.tensor(encoded, dtype=torch.float).reshape(*ids.shape, vocab_size)
