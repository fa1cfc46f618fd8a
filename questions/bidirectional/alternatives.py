"""Right answers to the questions of 05_bidirectional, written in other ways than the reference."""

from unrolled.checking.catalogue import Alternative

_MANUAL = """class ManualBiRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.hidden_size, self.num_layers = hidden_size, num_layers
        self.forward_cells, self.backward_cells = nn.ModuleList(), nn.ModuleList()
        for layer in range(num_layers):
            size = input_size if layer == 0 else hidden_size * 2
            self.forward_cells.append(ManualRNNCell(size, hidden_size))
            self.backward_cells.append(ManualRNNCell(size, hidden_size))

"""

_TRAIN = """torch.manual_seed(0)
uni_history, bi_history = [], []
"""

ALTERNATIVES = {
    "distance_labels": [
        Alternative(
            "column_by_column",
            """def label_fn(x, space):
    is_space = (x == space).reshape(-1, x.shape[-1])
    count = torch.zeros(len(is_space), dtype=torch.int64, device=x.device)
    ahead = []
    for column in is_space.unbind(1):
        count = torch.where(column, 0, count + 1)
        ahead.append(count)
    count, behind = torch.zeros_like(count), []
    for column in is_space.flip(1).unbind(1):
        count = torch.where(column, 0, count + 1)
        behind.insert(0, count)
    return torch.minimum(torch.stack(ahead, 1), torch.stack(behind, 1)).view(x.shape)
""",
            "counts on from the left and from the right, all rows at once",
        ),
        Alternative(
            "row_by_row",
            """def label_fn(x, space):
    rows = []
    for row in np.atleast_2d(x.cpu().numpy()):
        places = np.arange(len(row))
        ends = np.concatenate([[-1], np.flatnonzero(row == space), [len(row)]])
        after = np.searchsorted(ends, places)
        rows.append(np.minimum(ends[after] - places, places - ends[np.maximum(after - 1, 0)]))
    labels = torch.from_numpy(np.stack(rows)).to(x.device)
    return labels if x.dim() == 2 else labels[0]
""",
            "looks the places of the boundaries up in a sorted list, one row after the other, in NumPy",
        ),
        Alternative(
            "numpy_accumulate",
            """def label_fn(x, space):
    a = x.detach().cpu().numpy()
    n = a.shape[-1]
    i = np.broadcast_to(np.arange(n), a.shape)
    left = np.maximum.accumulate(np.where(a == space, i, -1), axis=-1)
    right = np.minimum.accumulate(np.where(a == space, i, n)[..., ::-1], axis=-1)[..., ::-1]
    print("labelled", a.shape)
    return torch.as_tensor(np.minimum(i - left, right - i), device=x.device)
""",
            "running maximum and minimum in NumPy",
        ),
        Alternative(
            "every_boundary_at_once",
            """def label_fn(x, space):
    T = x.size(-1)
    edges = F.pad(x.eq(space), (1, 1), value=True)  # the places -1 ... T
    apart = (torch.arange(T)[:, None] - torch.arange(-1, T + 1)).abs().to(x.device)
    return torch.where(edges.unsqueeze(-2), apart, T + 1).amin(dim=-1)
""",
            "all pairs of a character and a place, and the smallest distance among them: T times T numbers a row",
        ),
        Alternative(
            "one_further_each_time",
            """def label_fn(x, space):
    far = x.shape[-1] + 1
    labels = torch.where(x == space, 0, far)
    while True:
        padded = F.pad(labels, (1, 1), value=0)  # what lies just outside is a boundary
        closer = torch.minimum(labels, torch.minimum(padded[..., :-2], padded[..., 2:]) + 1)
        if torch.equal(closer, labels):
            return labels
        labels = closer
""",
            "asks the neighbours, until nobody is nearer than was thought",
        ),
        Alternative(
            "padded_and_flipped_once",
            """def label_fn(x, space):
    alone = x.dim() == 1
    rows = x.unsqueeze(0) if alone else x
    def steps_since(marks):
        t = torch.arange(1, marks.shape[1] + 1, device=marks.device).expand(marks.shape)
        latest, _ = torch.cummax(t * marks, dim=1)
        return t - latest
    marks = rows.eq(space).long()
    out = torch.stack([steps_since(marks), steps_since(marks.flip(1)).flip(1)]).min(dim=0)[0]
    return out.squeeze(0) if alone else out
""",
            "counts places from 1, so that 0 is the place before the first; one helper for both sides",
        ),
    ],
    "manual_bi_rnn": [
        Alternative(
            "flips_the_sequence",
            _MANUAL
            + """    def run(self, cell, x, h):
        out = []
        for t in range(x.size(1)):
            h = cell(x[:, t, :], h)
            out.append(h.unsqueeze(1))
        return torch.cat(out, dim=1), h

    def forward(self, x, hidden=None):
        if hidden is None:
            hidden = torch.zeros(self.num_layers * 2, x.size(0), self.hidden_size, dtype=x.dtype, device=x.device)
        finals = []
        for l in range(self.num_layers):
            f, hf = self.run(self.forward_cells[l], x, hidden[2 * l])
            b, hb = self.run(self.backward_cells[l], torch.flip(x, dims=[1]), hidden[2 * l + 1])
            x = torch.cat((f, torch.flip(b, dims=[1])), dim=-1)
            finals.extend([hf, hb])
        return x, torch.stack(finals, dim=0)
""",
            "one way to read, and the sequence turned round before and after",
        ),
        Alternative(
            "time_first",
            _MANUAL
            + """    def forward(self, x, hidden=None):
        steps = list(x.transpose(0, 1))
        if hidden is None:
            zeros = torch.zeros_like(steps[0][:, :1]).expand(-1, self.hidden_size)
            hidden = [zeros] * (2 * self.num_layers)
        last = {}
        for layer, (ahead, back) in enumerate(zip(self.forward_cells, self.backward_cells)):
            h, left = hidden[2 * layer], []
            for s in steps:
                h = ahead.forward(s, h)
                left += [h]
            last[2 * layer] = h
            h, right = hidden[2 * layer + 1], []
            for s in steps[::-1]:
                h = back.forward(s, h)
                right = [h] + right
            last[2 * layer + 1] = h
            steps = [torch.hstack(pair) for pair in zip(left, right)]
        return torch.stack(steps).transpose(0, 1), torch.stack([last[k] for k in sorted(last)])
""",
            "time first, zeros of the input's own kind, output not contiguous",
        ),
        Alternative(
            "weights_taken_out",
            _MANUAL
            + """    def forward(self, x, hidden=None):
        B, T, _ = x.shape
        states = []
        for layer in range(self.num_layers):
            columns = [[None] * T, [None] * T]
            for side, cell in enumerate([self.forward_cells[layer], self.backward_cells[layer]]):
                seen = torch.einsum("bti,hi->bth", x, cell.W_ih) + cell.b_ih + cell.b_hh
                h = seen.new_zeros(B, self.hidden_size) if hidden is None else hidden[2 * layer + side]
                for k in range(T):
                    t = k if side == 0 else T - 1 - k
                    h = torch.tanh(seen[:, t] + h.matmul(cell.W_hh.t()))
                    columns[side][t] = h
                states.append(h)
            x = torch.stack([torch.cat(both, dim=1) for both in zip(*columns)], dim=1)
        return x, torch.stack(states)
""",
            "all inputs' products at once, the cells as holders of weights",
        ),
        Alternative(
            "float32_zeros_beside_the_input",
            _MANUAL
            + """    def forward(self, x, hidden=None):
        L, H = self.num_layers, self.hidden_size
        h0 = hidden.view(L, 2, x.shape[0], H) if hidden is not None else x.new_zeros((L, 2, x.shape[0], H))
        ends = [[None, None] for _ in range(L)]
        for l in range(L):
            f, b, T = h0[l, 0], h0[l, 1], x.shape[1]
            outs_f, outs_b = [], []
            for t in range(T):
                f = self.forward_cells[l](x[:, t], f)
                b = self.backward_cells[l](x[:, T - 1 - t], b)
                outs_f.append(f)
                outs_b.append(b)
            outs_b.reverse()
            x = torch.cat([torch.stack(outs_f, 1), torch.stack(outs_b, 1)], 2)
            ends[l] = [f, b]
        return x, torch.stack([h for pair in ends for h in pair])
""",
            "both directions in one loop, the states with an axis for the side",
        ),
    ],
    "bi_rnn": [
        Alternative(
            "own_layers",
            """class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.table = nn.Parameter(torch.randn(vocab_size, embed_dim) * 0.1)
        self.reader = ManualBiRNN(embed_dim, hidden_dim, num_layers)
        self.head = nn.Linear(hidden_dim * 2, 1)

    def forward(self, x, hidden=None):
        alone = x.dim() == 1
        if alone:
            x = x[None]
            hidden = None if hidden is None else hidden[:, None]
        out, hidden = self.reader(self.table[x], hidden)
        out = self.head(out)
        return (out[0], hidden[:, 0]) if alone else (out, hidden)
""",
            "the student's own layers, other names; an unbatched sequence gets a batch of one and loses it again",
        ),
        Alternative(
            "two_networks",
            """class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        sizes = [embed_dim] + [2 * hidden_dim] * (num_layers - 1)
        self.right = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
        self.left = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
        self.from_right, self.from_left = nn.Linear(hidden_dim, 1), nn.Linear(hidden_dim, 1, bias=False)

    def forward(self, x, hidden=None):
        h, last = self.embedding(x), []
        for k, (right, left) in enumerate(zip(self.right, self.left)):
            f, f_end = right(h, None if hidden is None else hidden[2 * k : 2 * k + 1])
            b, b_end = left(h.flip(-2), None if hidden is None else hidden[2 * k + 1 : 2 * k + 2])
            b = b.flip(-2)
            h = torch.cat([f, b], dim=-1)
            last += [f_end, b_end]
        return self.from_right(f) + self.from_left(b), torch.cat(last)
""",
            "two nn.RNNs for each layer, and a linear layer for each half, added",
        ),
        Alternative(
            "gated",
            """class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.rnn = nn.LSTM(embed_dim, hidden_dim, num_layers, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(hidden_dim * 2, 1)

    def forward(self, x, hidden=None):
        out, hidden = self.rnn(self.embedding(x), hidden)
        print(out.shape)
        return self.fc(out), hidden
""",
            "an LSTM, whose states are a pair; prints as it goes",
        ),
        Alternative(
            "gru_with_dropout",
            """class CharRegressionBiRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.vocab_size = vocab_size
        self.embed = nn.Linear(vocab_size, embed_dim, bias=False)
        self.gru = nn.GRU(embed_dim, hidden_dim, num_layers, bidirectional=True, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.score = nn.Sequential(nn.Linear(2 * hidden_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 1))

    def forward(self, x, hidden=None):
        e = self.embed(F.one_hot(x, self.vocab_size).float())
        both, last = self.gru(e, hidden)
        return self.score(self.drop(both)), last
""",
            "one-hot rows through a linear layer, a GRU, dropout, two linear layers on top",
        ),
    ],
    "train_bi_rnn": [
        Alternative(
            "its_own_loops",
            _TRAIN
            + """uni_model = CharRegressionRNN(len(chars), 16, 32, 1)
bi_model = CharRegressionBiRNN(len(chars), 24, 32, 2)
criterion = nn.MSELoss()
for model in (uni_model, bi_model):
    model.train()
    opt = torch.optim.RMSprop(model.parameters(), lr=2e-3)
    for i in range(300):
        xb, yb = get_batch("train", 24, 48)
        pred, _ = model(xb)
        opt.zero_grad()
        criterion(pred.reshape(-1), yb.reshape(-1).float()).backward()
        torch.nn.utils.clip_grad_value_(model.parameters(), 0.5)
        opt.step()
""",
            "flattened, RMSprop, clipping by value, models left in training mode, no history",
        ),
        Alternative(
            "cosine_and_gates",
            _TRAIN
            + """class Gated(nn.Module):
    def __init__(self, both):
        super().__init__()
        self.e = nn.Embedding(len(chars), 12)
        self.g = nn.GRU(12, 20, batch_first=True, bidirectional=both)
        self.f = nn.Sequential(nn.Linear(40 if both else 20, 20), nn.Tanh(), nn.Linear(20, 1))

    def forward(self, x, hidden=None):
        states, hidden = self.g(self.e(x), hidden)
        return self.f(states), hidden


def fit(model, steps=300):
    adam = torch.optim.AdamW(model.parameters(), 1e-2)
    plan = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for _ in range(steps):
        x, y = get_batch("train", 16, 48)
        (model(x)[0].squeeze() - y).square().mean().backward()
        adam.step()
        adam.zero_grad()
        plan.step()
    return model


uni_model, bi_model = fit(Gated(False)), fit(Gated(True))
""",
            "classes of its own, one gated layer and a small network on top, a cosine",
        ),
        Alternative(
            "absolute_error",
            _TRAIN
            + """uni_model = CharRegressionRNN(len(chars), 16, 32, 2)
bi_model = CharRegressionBiRNN(len(chars), 16, 32, 2)
adam = torch.optim.Adam([*uni_model.parameters(), *bi_model.parameters()], lr=5e-3)
for step in range(300):
    x, y = get_batch("train", 24, 48)
    loss = sum(F.smooth_l1_loss(model(x)[0][..., 0], y.float()) for model in (uni_model, bi_model))
    adam.zero_grad()
    loss.backward()
    adam.step()
""",
            "both at once with one optimizer and a loss that is absolute for large errors",
        ),
    ],
}
