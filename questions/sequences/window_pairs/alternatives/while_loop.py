# moves both ends of the window by hand
def window_pairs(tokens, window):
    if window < 1:
        raise ValueError("window < 1")
    result = []
    left, right = 0, window
    while right < len(tokens):
        result.append((list(tokens[left:right]), tokens[right]))
        left += 1
        right += 1
    return result
