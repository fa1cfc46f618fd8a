# stoi and itos, as short functions in the object; chars is a tuple
class Vocabulary:
    def __init__(self, text):
        self.chars = tuple(sorted({*text}))
        stoi = {ch: i for i, ch in enumerate(self.chars)}
        itos = {i: ch for ch, i in stoi.items()}
        self.encode = lambda s: [stoi[c] for c in s]
        self.decode = lambda l: ''.join([itos[i] for i in l])
