# two dictionaries, whose KeyErrors refuse
class Vocabulary:
    def __init__(self, text):
        self.chars = sorted(list(set(text)))
        self.vocab_size = len(self.chars)
        self.char2idx = {}
        self.idx2char = {}
        for idx, ch in enumerate(self.chars):
            self.char2idx[ch] = idx
            self.idx2char[idx] = ch

    def encode(self, text):
        return [self.char2idx[ch] for ch in text]

    def decode(self, ids):
        return "".join([self.idx2char[i] for i in ids])

    def __len__(self):
        return self.vocab_size
