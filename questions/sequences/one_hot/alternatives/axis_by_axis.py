# calls itself for each axis, down to a single id
def one_hot(ids, vocab_size):
    if ids.dim() == 0:
        place = int(ids)
        if place < 0 or place >= vocab_size:
            raise ValueError("no token has the id %d" % place)
        row = torch.zeros(vocab_size)
        row[place] = 1.0
        return row
    rows = [one_hot(part, vocab_size) for part in ids]
    if not rows:
        return torch.zeros(ids.size() + (vocab_size,))
    return torch.stack(rows)
