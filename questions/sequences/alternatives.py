"""Right answers to the questions of 01_sequences, written in other ways than the reference."""

from unrolled.checking.catalogue import Alternative


def _letters(question: str, right: str, text: str) -> list[Alternative]:
    """Other ways to write the letter of a question of choice."""
    return [
        Alternative("small_letter", f'{question} = "{right.lower()}"', "a small letter"),
        Alternative("with_a_full_stop", f"{question} = ' {right}.'", "a blank before and a full stop behind"),
        Alternative("with_the_text", f'{question} = "({right}) {text}"', "the letter in brackets, and the text"),
    ]


ALTERNATIVES = {
    "window_pairs": [
        Alternative(
            "append_in_a_loop",
            """def window_pairs(tokens, window):
    if window <= 0:
        raise ValueError("window must be positive")
    pairs = []
    for start in range(len(tokens) - window):
        context = tokens[start:start + window]
        target = tokens[start + window]
        pairs.append((context, target))
    return pairs
""",
            "counts windows from their first token",
        ),
        Alternative(
            "lists_for_tuples",
            """def window_pairs(tokens, window):
    if not isinstance(window, int) or window < 1:
        raise ValueError(window)
    print(len(tokens), "tokens")
    return [[[tokens[i + j] for j in range(window)], tokens[i + window]] for i in range(max(0, len(tokens) - window))]
""",
            "pairs as lists, contexts token by token; prints",
        ),
        Alternative(
            "zip_of_shifted_copies",
            """def window_pairs(tokens, window):
    if window < 1:
        raise ValueError("no window")
    rows = zip(*(tokens[k:] for k in range(window + 1)))
    return [(list(row[:-1]), row[-1]) for row in rows]
""",
            "shifted copies side by side",
        ),
        Alternative(
            "queue",
            """from collections import deque


def window_pairs(tokens, window):
    if window < 1:
        raise ValueError("a window holds at least one token")
    seen, pairs = deque(maxlen=window), []
    for token in tokens:
        if len(seen) == window:
            pairs.append((tuple(seen), token))
        seen.append(token)
    return pairs
""",
            "a queue of the last tokens; contexts as tuples",
        ),
        Alternative(
            "recursive",
            """def window_pairs(tokens, window):
    if window < 1:
        raise ValueError("window")
    if len(tokens) <= window:
        return []
    return [(tokens[:window], tokens[window])] + window_pairs(tokens[1:], window)
""",
            "the first pair, and those of the rest",
        ),
    ],
    "mcq_mlp_memory": _letters("mcq_mlp_memory", "B", "what stands before the window"),
    "vocabulary": [
        Alternative(
            "two_dictionaries",
            """class Vocabulary:
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
""",
            "two dictionaries, whose KeyErrors refuse",
        ),
        Alternative(
            "string_of_characters",
            """class Vocabulary:
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
""",
            "chars is a str; find() and += ",
        ),
        Alternative(
            "bisect",
            """import bisect


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
""",
            "kept sorted by insertion, looked up by halving",
        ),
        Alternative(
            "through_the_codes",
            """class Vocabulary:
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
""",
            "sorted by code; other names for the arguments; encode is an attribute",
        ),
    ],
    "mcq_whole_sequence": _letters("mcq_whole_sequence", "C", "sentiment"),
    "one_hot": [
        Alternative(
            "rows_of_the_unit_matrix",
            """def one_hot(ids, vocab_size):
    if ids.numel() > 0 and (ids.min() < 0 or ids.max() > vocab_size - 1):
        raise IndexError("id out of range")
    return torch.eye(vocab_size)[ids]
""",
            "looks rows of the unit matrix up",
        ),
        Alternative(
            "scatter",
            """def one_hot(ids, vocab_size):
    out = torch.zeros(*ids.shape, vocab_size)
    out.scatter_(-1, ids[..., None], 1.0)
    return out
""",
            "scatter_, which refuses what does not exist with a RuntimeError",
        ),
        Alternative(
            "filled_in_one_by_one",
            """def one_hot(ids, vocab_size):
    flat = ids.reshape(-1)
    rows = torch.zeros((flat.shape[0], vocab_size), dtype=torch.float32)
    for row, id in enumerate(flat.tolist()):
        if not 0 <= id < vocab_size:
            raise ValueError(f"{id} is not in 0..{vocab_size - 1}")
        rows[row, id] = 1
    return rows.reshape(ids.shape + (vocab_size,))
""",
            "a loop over all ids",
        ),
        Alternative(
            "advanced_index",
            """def one_hot(ids, vocab_size):
    assert vocab_size > 0
    if (ids < 0).any() or (ids >= vocab_size).any():
        raise ValueError('bad id')
    n = ids.numel()
    x = torch.zeros(n, vocab_size, device=ids.device)
    x[torch.arange(n), ids.flatten()] = 1.
    return x.view(ids.size() + torch.Size([vocab_size]))
""",
            "writes all ones at once",
        ),
    ],
    "embedding": [
        Alternative("look_up", "def embed(ids, W):\n    return W[ids]\n", "reads the rows"),
        Alternative(
            "index_select",
            """def embed(ids, W):
    flat = torch.index_select(W, 0, ids.reshape(-1))
    return flat.view(*ids.shape, W.size(1))
""",
            "flattens the ids first",
        ),
        Alternative(
            "einsum",
            """def embed(ids, W):
    rows = one_hot(ids, len(W)).type_as(W)
    return torch.einsum("...v,ve->...e", rows, W)
""",
            "one-hot rows, the product by einsum",
        ),
        Alternative(
            "linear",
            """def embed(ids, W):
    return F.linear(one_hot(ids, W.shape[0]).to(W), W.t())
""",
            "a linear layer without bias",
        ),
        Alternative(
            "stacked",
            """def embed(ids, W):
    print(ids.shape)
    return torch.stack([W[int(i)] for i in ids.flatten()]).reshape(list(ids.shape) + [-1])
""",
            "row by row; prints",
        ),
    ],
    "mcq_embedding": _letters("mcq_embedding", "B", "short, dense, learned"),
    "char_dataset": [
        Alternative(
            "two_slices",
            """class CharDataset(torch.utils.data.Dataset):
    def __init__(self, encoded, seq_len):
        super().__init__()
        if seq_len <= 0 or len(encoded) - seq_len <= 0:
            raise ValueError("text too short")
        self.data = torch.tensor(encoded, dtype=torch.long)
        self.seq_len = seq_len

    def __len__(self):
        return self.data.shape[0] - self.seq_len

    def __getitem__(self, idx):
        if idx < 0:
            idx += len(self)
        if idx < 0 or idx >= len(self):
            raise IndexError("index out of range")
        x = self.data[idx : idx + self.seq_len]
        y = self.data[idx + 1 : idx + 1 + self.seq_len]
        return x, y
""",
            "two slices; a negative place counts from the end",
        ),
        Alternative(
            "all_windows_at_once",
            """class CharDataset(Dataset):
    def __init__(self, encoded, seq_len):
        if seq_len < 1 or len(encoded) < seq_len + 1:
            raise ValueError(f"need {seq_len + 1} characters, got {len(encoded)}")
        windows = torch.LongTensor(encoded).unfold(0, seq_len + 1, 1)
        self.x, self.y = windows[:, :-1], windows[:, 1:]

    def __len__(self):
        return self.x.size(0)

    def __getitem__(self, i):
        return [self.x[i], self.y[i]]
""",
            "unfold makes all windows; torch's own IndexError ends the loop; a list for the pair",
        ),
        Alternative(
            "tensor_dataset",
            """class CharDataset(torch.utils.data.TensorDataset):
    def __init__(self, encoded, seq_len):
        if not 0 < seq_len < len(encoded):
            raise ValueError("no window fits")
        pairs = [(encoded[i:i + seq_len], encoded[i + 1:i + seq_len + 1]) for i in range(len(encoded) - seq_len)]
        super().__init__(torch.tensor([p[0] for p in pairs]), torch.tensor([p[1] for p in pairs]))
""",
            "a TensorDataset of all windows",
        ),
        Alternative(
            "tensors_made_on_demand",
            """class CharDataset:
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
""",
            "no Dataset at all, but whatever a DataLoader asks for; range() refuses; an __iter__ of its own",
        ),
    ],
    "mcq_target": _letters("mcq_target", "B", "the ids one place on"),
}
