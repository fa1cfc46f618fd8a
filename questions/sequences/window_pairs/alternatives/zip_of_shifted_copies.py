# shifted copies side by side
def window_pairs(tokens, window):
    if window < 1:
        raise ValueError("no window")
    rows = zip(*(tokens[k:] for k in range(window + 1)))
    return [(list(row[:-1]), row[-1]) for row in rows]
