# is a list, of all pairs, made at once
class CharDataset(list):
    def __init__(self, encoded, seq_len):
        n = len(encoded) - seq_len
        if seq_len < 1 or n < 1:
            raise ValueError("text has %d characters, seq_len is %d" % (len(encoded), seq_len))
        ids = torch.as_tensor(encoded, dtype=torch.int64)
        super().__init__((ids[k : k + seq_len], ids[k + 1 : k + 1 + seq_len]) for k in range(n))
