# looks the places of the boundaries up in a sorted list, one row after the other, in NumPy
def label_fn(x, space):
    rows = []
    for row in np.atleast_2d(x.cpu().numpy()):
        places = np.arange(len(row))
        ends = np.concatenate([[-1], np.flatnonzero(row == space), [len(row)]])
        after = np.searchsorted(ends, places)
        rows.append(np.minimum(ends[after] - places, places - ends[np.maximum(after - 1, 0)]))
    labels = torch.from_numpy(np.stack(rows)).to(x.device)
    return labels if x.dim() == 2 else labels[0]
