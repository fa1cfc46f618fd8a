# kept sorted by insertion, looked up by halving
import bisect


class Vocabulary:
    def __init__(self, text):
        self.chars = []
        for c in text:
            place = bisect.bisect_left(self.chars, c)
            if self.chars[place : place + 1] != [c]:
                self.chars.insert(place, c)

    def _id(self, c):
        place = bisect.bisect_left(self.chars, c)
        if self.chars[place : place + 1] != [c]:
            raise KeyError("no id for " + repr(c))
        return place

    def encode(self, text):
        return list(map(self._id, text))

    def decode(self, ids):
        lookup = dict(enumerate(self.chars))
        return str().join(lookup[int(i)] for i in ids)
