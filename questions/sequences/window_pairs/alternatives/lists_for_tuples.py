# pairs as lists, contexts token by token; prints
def window_pairs(tokens, window):
    if not isinstance(window, int) or window < 1:
        raise ValueError(window)
    print(len(tokens), "tokens")
    return [[[tokens[i + j] for j in range(window)], tokens[i + window]] for i in range(max(0, len(tokens) - window))]
