# chars is a str; find() and +=
class Vocabulary:
    def __init__(self, text):
        self.chars = "".join(sorted(set(text)))

    def encode(self, text):
        ids = []
        for c in text:
            i = self.chars.find(c)
            if i < 0:
                raise ValueError(f"unknown character {c!r}")
            ids.append(i)
        return ids

    def decode(self, ids):
        out = ""
        for i in ids:
            if i < 0:
                raise IndexError(i)
            out += self.chars[i]
        return out
