# sorted by code; other names for the arguments; encode is an attribute
class Vocabulary:
    def __init__(self, text):
        self.chars = [chr(code) for code in sorted({ord(c) for c in text})]
        self.stoi = dict(zip(self.chars, range(len(self.chars))))
        self.encode = self._encode

    def _encode(self, s):
        bad = [c for c in s if c not in self.stoi]
        assert_known = not bad
        if not assert_known:
            raise ValueError("unknown: " + " ".join(bad))
        return [self.stoi[c] for c in s]

    def decode(self, l):
        if l and (min(l) < 0 or max(l) >= len(self.chars)):
            raise ValueError("no such id")
        return ''.join(self.chars[i] for i in l)
