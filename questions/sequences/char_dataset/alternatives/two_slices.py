# two slices; a negative place counts from the end
class CharDataset(torch.utils.data.Dataset):
    def __init__(self, encoded, seq_len):
        super().__init__()
        if seq_len <= 0 or len(encoded) - seq_len <= 0:
            raise ValueError("text too short")
        self.data = torch.tensor(encoded, dtype=torch.long)
        self.seq_len = seq_len

    def __len__(self):
        return self.data.shape[0] - self.seq_len

    def __getitem__(self, idx):
        if idx < 0:
            idx += len(self)
        if idx < 0 or idx >= len(self):
            raise IndexError("index out of range")
        x = self.data[idx : idx + self.seq_len]
        y = self.data[idx + 1 : idx + 1 + self.seq_len]
        return x, y
