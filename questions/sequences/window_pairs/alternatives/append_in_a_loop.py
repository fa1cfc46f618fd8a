# counts windows from their first token
def window_pairs(tokens, window):
    if window <= 0:
        raise ValueError("window must be positive")
    pairs = []
    for start in range(len(tokens) - window):
        context = tokens[start:start + window]
        target = tokens[start + window]
        pairs.append((context, target))
    return pairs
