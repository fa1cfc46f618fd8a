# no Dataset at all, but whatever a DataLoader asks for; range() refuses; an __iter__ of its own
class CharDataset:
    def __init__(self, encoded, seq_len):
        self.n = len(encoded) - seq_len
        if self.n < 1 or seq_len < 1:
            raise ValueError("nothing to learn from")
        self.encoded, self.seq_len = list(encoded), seq_len

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        at = range(self.n)[index]
        part = self.encoded[at : at + self.seq_len + 1]
        return torch.tensor(part[:-1], dtype=torch.int64), torch.tensor(part[1:], dtype=torch.int64)

    def __iter__(self):
        return (self[i] for i in range(self.n))
