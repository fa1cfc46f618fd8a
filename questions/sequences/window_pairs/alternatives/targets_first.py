# goes by the targets, newest first, and turns the list around
def window_pairs(tokens, window):
    if not window > 0:
        raise ValueError("give me a window of at least one token, not %r" % (window,))
    pairs = [(tokens[at - window:at], target) for at, target in reversed(list(enumerate(tokens))) if at >= window]
    pairs.reverse()
    return pairs
