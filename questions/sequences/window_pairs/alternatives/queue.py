# a queue of the last tokens; contexts as tuples
from collections import deque


def window_pairs(tokens, window):
    if window < 1:
        raise ValueError("a window holds at least one token")
    seen, pairs = deque(maxlen=window), []
    for token in tokens:
        if len(seen) == window:
            pairs.append((tuple(seen), token))
        seen.append(token)
    return pairs
