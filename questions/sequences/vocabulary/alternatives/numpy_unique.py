# NumPy sorts; errors are caught and raised again with more to say
import numpy as np


class Vocabulary:
    def __init__(self, text):
        self.chars = np.unique(np.array(list(text), dtype=str)).tolist()
        self.lookup = {}
        for ch in self.chars:
            self.lookup[ch] = len(self.lookup)

    @property
    def size(self):
        return len(self.chars)

    def encode(self, text):
        result = []
        for position, ch in enumerate(text):
            try:
                result.append(self.lookup[ch])
            except KeyError as error:
                raise ValueError(f"character {ch!r} at {position} is unknown") from error
        return result

    def decode(self, ids):
        result = []
        for i in ids:
            if i not in range(self.size):
                raise IndexError(f"{i} is not below {self.size}")
            result += self.chars[i]
        return "".join(result)
