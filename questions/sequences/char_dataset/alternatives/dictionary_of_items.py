# remembers its items by their place; gathers them with an index
class CharDataset(Dataset):
    def __init__(self, encoded, seq_len):
        self.text = torch.tensor([int(c) for c in encoded], dtype=torch.int64)
        self.steps = torch.arange(seq_len) if seq_len > 0 else None
        if self.steps is None or len(self) <= 0:
            raise ValueError("not a single window")
        self.made = {}

    def __len__(self):
        return max(0, self.text.numel() - self.steps.numel())

    def __getitem__(self, i):
        i = range(len(self))[int(i)]
        if i not in self.made:
            self.made[i] = (self.text[self.steps + i], self.text[self.steps + i + 1])
        return self.made[i]
