# NumPy's view of all windows; pairs by narrow
from numpy.lib.stride_tricks import sliding_window_view


class CharDataset(Dataset):
    def __init__(self, encoded, seq_len):
        self.seq_len = seq_len
        if seq_len <= 0:
            raise ValueError("seq_len has to be positive")
        if len(encoded) <= seq_len:
            raise ValueError(f"{len(encoded)} ids hold no window of {seq_len} with a target")
        windows = sliding_window_view(torch.LongTensor(encoded).numpy(), seq_len + 1)
        self.windows = torch.from_numpy(windows.copy())

    def __len__(self):
        return len(self.windows)

    def __getitem__(self, i):
        if i >= len(self.windows) or i < 0:
            raise IndexError(i)
        w = self.windows[i]
        return w.narrow(0, 0, self.seq_len), w.narrow(0, 1, self.seq_len)
