# a TensorDataset of all windows
class CharDataset(torch.utils.data.TensorDataset):
    def __init__(self, encoded, seq_len):
        if not 0 < seq_len < len(encoded):
            raise ValueError("no window fits")
        pairs = [(encoded[i:i + seq_len], encoded[i + 1:i + seq_len + 1]) for i in range(len(encoded) - seq_len)]
        super().__init__(torch.tensor([p[0] for p in pairs]), torch.tensor([p[1] for p in pairs]))
