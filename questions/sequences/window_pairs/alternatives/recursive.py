# the first pair, and those of the rest
def window_pairs(tokens, window):
    if window < 1:
        raise ValueError("window")
    if len(tokens) <= window:
        return []
    return [(tokens[:window], tokens[window])] + window_pairs(tokens[1:], window)
