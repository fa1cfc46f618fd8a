# unfold makes all windows; torch's own IndexError ends the loop; a list for the pair
class CharDataset(Dataset):
    def __init__(self, encoded, seq_len):
        if seq_len < 1 or len(encoded) < seq_len + 1:
            raise ValueError(f"need {seq_len + 1} characters, got {len(encoded)}")
        windows = torch.LongTensor(encoded).unfold(0, seq_len + 1, 1)
        self.x, self.y = windows[:, :-1], windows[:, 1:]

    def __len__(self):
        return self.x.size(0)

    def __getitem__(self, i):
        return [self.x[i], self.y[i]]
