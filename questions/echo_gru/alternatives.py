"""Right answers to the questions of 06_echo_gru, written in other ways than the reference."""

from unrolled.checking.catalogue import Alternative

_CELL = """class ManualGRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        scale = hidden_size**-0.5
        self.W_ih = nn.Parameter(torch.empty(3 * hidden_size, input_size).uniform_(-scale, scale))
        self.b_ih = nn.Parameter(torch.empty(3 * hidden_size).uniform_(-scale, scale))
        self.W_hh = nn.Parameter(torch.empty(3 * hidden_size, hidden_size).uniform_(-scale, scale))
        self.b_hh = nn.Parameter(torch.empty(3 * hidden_size).uniform_(-scale, scale))

    def forward(self, x, hidden):
"""

ALTERNATIVES = {
    "gru_cell": [
        Alternative(
            "six_products",
            _CELL
            + """        H = hidden.shape[1]
        W_ir, W_iz, W_in = self.W_ih[:H], self.W_ih[H : 2 * H], self.W_ih[2 * H :]
        W_hr, W_hz, W_hn = self.W_hh[:H], self.W_hh[H : 2 * H], self.W_hh[2 * H :]
        r = torch.sigmoid(x @ W_ir.t() + self.b_ih[:H] + hidden @ W_hr.t() + self.b_hh[:H])
        z = torch.sigmoid(x @ W_iz.t() + self.b_ih[H : 2 * H] + hidden @ W_hz.t() + self.b_hh[H : 2 * H])
        n = torch.tanh(x @ W_in.t() + self.b_ih[2 * H :] + r * (hidden @ W_hn.t() + self.b_hh[2 * H :]))
        print("r", r.shape, "z", z.shape)
        return (1 - z) * n + z * hidden
""",
            "as the formula is written: every block a matrix of its own; prints as it goes",
        ),
        Alternative(
            "functional_linear",
            _CELL
            + """        reads = F.linear(x, self.W_ih, self.b_ih).unflatten(1, (3, self.hidden_size))  # (B, 3, H)
        keeps = F.linear(hidden, self.W_hh, self.b_hh).unflatten(1, (3, self.hidden_size))
        r, z = (reads[:, :2] + keeps[:, :2]).sigmoid().unbind(dim=1)
        n = (reads[:, 2] + r * keeps[:, 2]).tanh()
        return n + z * (hidden - n)
""",
            "F.linear, an axis for the blocks, both gates at once, the fader as a step from n towards h",
        ),
        Alternative(
            "einsum",
            _CELL
            + """        W_ih, W_hh = self.W_ih.view(3, -1, x.size(1)), self.W_hh.view(3, -1, hidden.size(1))
        a = torch.einsum("bi,ghi->gbh", x, W_ih) + self.b_ih.view(3, 1, -1)
        b = torch.einsum("bk,ghk->gbh", hidden, W_hh) + self.b_hh.view(3, 1, -1)
        r, z = torch.sigmoid(a[0] + b[0]), torch.sigmoid(a[1] + b[1])
        new = nn.Tanh()(a[2] + r * b[2])
        return hidden + (1 - z) * (new - hidden)
""",
            "the blocks as the first axis, einsum, the fader as a step from h towards n",
        ),
        Alternative(
            "one_product_for_the_gates",
            _CELL
            + """        H = self.hidden_size
        both = torch.cat([x, hidden], dim=1)  # (B, I + H)
        weights = torch.cat([self.W_ih, self.W_hh], dim=1)[: 2 * H]  # (2H, I + H)
        gates = torch.sigmoid(both @ weights.T + (self.b_ih + self.b_hh)[: 2 * H])
        r, z = torch.split(gates, H, dim=-1)
        candidate = torch.addmm(self.b_ih[2 * H :], x, self.W_ih[2 * H :].T)
        candidate = candidate + r * torch.addmm(self.b_hh[2 * H :], hidden, self.W_hh[2 * H :].T)
        return torch.lerp(torch.tanh(candidate), hidden, z)
""",
            "one matrix for input and memory side by side; the candidate's parts alone; lerp is the fader",
        ),
        Alternative(
            "columns",
            _CELL
            + """        h = hidden.T  # (H, B)
        a = self.W_ih @ x.T + self.b_ih[:, None]
        b = self.W_hh @ h + self.b_hh[:, None]
        H = len(h)
        r = 1 / (1 + torch.exp(-(a[:H] + b[:H])))
        z = 1 / (1 + torch.exp(-(a[H:-H] + b[H:-H])))
        n = torch.tanh(a[-H:] + r * b[-H:])
        return ((1 - z) * n + z * h).mT
""",
            "vectors as columns, the sigmoid by its formula; the result is not contiguous",
        ),
        Alternative(
            "with_helpers",
            '''def part(cell, k, x, hidden):
    """The input's and the memory's share of block k."""
    H = hidden.shape[1]
    rows = slice(k * H, (k + 1) * H)
    return x.matmul(cell.W_ih[rows].T) + cell.b_ih[rows], hidden.matmul(cell.W_hh[rows].T) + cell.b_hh[rows]


def gate(cell, k, x, hidden):
    return torch.sigmoid(sum(part(cell, k, x, hidden)))


'''
            + _CELL
            + """        from_x, from_h = part(self, 2, x, hidden)
        n = torch.tanh(from_x + gate(self, 0, x, hidden) * from_h)
        z = gate(self, 1, x, hidden)
        return torch.mul(1 - z, n).add(torch.mul(z, hidden))
""",
            "small functions beside the class",
        ),
        Alternative(
            "linear_layers",
            """class ManualGRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.reads = nn.Linear(input_size, 3 * hidden_size)
        self.keeps = nn.Linear(hidden_size, 3 * hidden_size)
        self.W_ih, self.b_ih = self.reads.weight, self.reads.bias
        self.W_hh, self.b_hh = self.keeps.weight, self.keeps.bias

    def forward(self, x, hidden):
        i_r, i_z, i_n = torch.chunk(self.reads(x), 3, -1)
        h_r, h_z, h_n = torch.tensor_split(self.keeps(hidden), 3, dim=-1)
        reset, update = F.sigmoid(i_r + h_r), F.sigmoid(i_z + h_z)
        candidate = F.tanh(i_n + reset * h_n)
        return candidate * (1 - update) + hidden * update
""",
            "two nn.Linear whose parameters go by the contract's names",
        ),
        Alternative(
            "row_by_row",
            _CELL
            + """        H, rows = self.hidden_size, []
        for x_b, h_b in zip(x, hidden):
            a = torch.mv(self.W_ih, x_b) + self.b_ih
            b = torch.mv(self.W_hh, h_b) + self.b_hh
            r, z = torch.sigmoid(a[:H] + b[:H]), torch.sigmoid(a[H : 2 * H] + b[H : 2 * H])
            n = torch.tanh(a[2 * H :] + r * b[2 * H :])
            rows.append((1 - z) * n + z * h_b)
        return torch.stack(rows)
""",
            "a loop over the batch",
        ),
    ],
    "gru_memory": [
        Alternative(
            "pair_returned",
            """class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gru = nn.GRU(N + 1, hidden_size, 1, bias=True, batch_first=True)
        self.fc = nn.Linear(hidden_size, N + 1)

    def forward(self, x):
        h_0 = torch.zeros(1, x.size(0), self.hidden_size, device=x.device)
        out, hidden = self.gru(x, h_0)
        return self.fc(out), hidden

    def test_run(self, s):
        was_training = self.training
        self.eval()
        x = torch.stack([idx_to_onehot(torch.tensor(ord(c) - 96)) for c in s])
        with torch.no_grad():
            logits, hidden = self.forward(x[None].to(self.fc.weight.device))
        if was_training:
            self.train()
        result = ""
        for number in logits[0].argmax(1):
            result += chr(96 + int(number))
        return result
""",
            "(logits, hidden); zeros as h_0; a blank comes out as the character before a",
        ),
        Alternative(
            "log_probabilities",
            """class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.rnn = nn.GRU(N + 1, hidden_size)
        self.out = nn.Linear(hidden_size, N + 1)
        self.softmax = nn.LogSoftmax(dim=2)

    def forward(self, x):
        print("a batch of", len(x))
        states = self.rnn(x.transpose(0, 1))[0]
        return self.softmax(self.out(states)).permute(1, 0, 2)

    @torch.no_grad()
    def test_run(self, s):
        mode, device = self.training, next(self.parameters()).device
        self.train(False)
        x = F.one_hot(torch.tensor([[" abcdefghijklmnopqrstuvwxyz".index(c) for c in s]]), N + 1)
        best = self(x.to(device, torch.float32)).exp().topk(1, dim=-1).indices.flatten()
        self.train(mode)
        return "".join("X" if i == 0 else chr(ord("a") + i - 1) for i in best.tolist())
""",
            "time first inside, log-softmax at the end, an X for each blank; prints as it goes",
        ),
        Alternative(
            "probabilities",
            """class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size, self.gru = hidden_size, nn.GRU(27, hidden_size, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden_size, 2 * hidden_size), nn.ReLU(), nn.Linear(2 * hidden_size, 27))

    def forward(self, x):
        states, last = self.gru(x)
        B, T, H = states.shape
        return torch.softmax(self.head(states.reshape(B * T, H)), dim=-1).view(B, T, 27)

    def test_run(self, s):
        before = self.training
        try:
            self.eval()
            with torch.inference_mode():
                p = self(idx_to_onehot(to_indices(s)[None]).to(next(self.parameters()).device))
        finally:
            self.train(before)
        return to_text(p.max(dim=2)[1][0])
""",
            "softmax at the end, a hidden layer before it",
        ),
        Alternative(
            "a_class_more",
            """class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gru = nn.GRU(N + 1, hidden_size, num_layers=2, dropout=0.2, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.output = nn.Linear(hidden_size, N + 2)

    def forward(self, x):
        return self.output(self.drop(self.gru(x)[0]))

    @torch.no_grad()
    def test_run(self, s):
        if self.training:
            self.eval()
            result = self.test_run(s)
            self.train()
            return result
        logits = self(idx_to_onehot(to_indices(s)).unsqueeze(0).to(self.output.bias.device))[0]
        letters = " abcdefghijklmnopqrstuvwxyz "
        return "".join(letters[row.argmax()] for row in logits)
""",
            "two layers with dropout, 28 classes of which two are blanks",
        ),
        Alternative(
            "numbers_in",
            """class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embedding = nn.Embedding(N + 1, 16)
        self.gru = nn.GRU(16, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, N + 1)

    def forward(self, x):
        out, hidden = self.gru(self.embedding(x))
        return self.linear(out), hidden

    def test_run(self, s):
        before = self.training
        self.eval()
        with torch.no_grad():
            logits, _ = self(to_indices(s).unsqueeze(0).to(self.linear.weight.device))
        self.train(before)
        return to_text(torch.argmax(logits, dim=2).squeeze(0).cpu())
""",
            "reads letters as numbers, through an embedding: one-hot rows never exist",
        ),
        Alternative(
            "own_cells",
            """class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.cell = ManualGRUCell(N + 1, hidden_size)
        self.output = nn.Parameter(0.1 * torch.randn(N + 1, hidden_size))
        self.bias = nn.Parameter(torch.zeros(N + 1))

    def forward(self, x):
        hidden, logits = x.new_zeros(len(x), self.hidden_size), []
        for x_t in x.unbind(dim=1):
            hidden = self.cell(x_t, hidden)
            logits.append(hidden @ self.output.T + self.bias)
        return torch.stack(logits, dim=1)

    @torch.no_grad()
    def test_run(self, s):
        mode = self.training
        self.eval()
        hidden, told = torch.zeros(1, self.hidden_size, device=self.bias.device), []
        for c in s:  # letter by letter, the memory is carried along
            hidden = self.cell(idx_to_onehot(to_indices(c)).to(self.bias.device), hidden)
            told.append((hidden @ self.output.T + self.bias).argmax())
        self.train(mode)
        return to_text(torch.stack(told))
""",
            "the cell of question 1, step by step; test_run never calls forward",
        ),
        Alternative(
            "lstm",
            """class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.lstm = nn.LSTM(N + 1, hidden_size, batch_first=True)
        self.norm = nn.LayerNorm(hidden_size)
        self.output = nn.Linear(hidden_size, N + 1, bias=False)

    def forward(self, x):
        states, (h, c) = self.lstm(x)
        return self.output(self.norm(states)), (h, c)

    @torch.no_grad()
    def test_run(self, s):
        before, place = self.training, next(self.parameters()).device
        logits, _ = self.eval()(idx_to_onehot(to_indices(s)).to(place).unsqueeze(0))
        self.train(before)
        return to_text(logits[0].argmax(-1))
""",
            "an LSTM, whose state is a pair",
        ),
    ],
    "variable_gru_memory": [
        Alternative(
            "embedding_at_each_step",
            """class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.delay_embedding = nn.Embedding(max_delay + 1, 8)
        self.gru = nn.GRU(N + 1 + 8, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        d = self.delay_embedding(delays).unsqueeze(1).repeat(1, x.size(1), 1)
        out, hidden = self.gru(torch.cat((x, d), dim=2))
        return self.fc(out), hidden

    @torch.no_grad()
    def test_run(self, s, delay):
        before = self.training
        self.eval()
        place = next(self.parameters()).device
        logits, _ = self(idx_to_onehot(to_indices(s))[None].to(place), torch.LongTensor([delay]).to(place))
        self.train(before)
        return to_text(logits[0].argmax(dim=1))
""",
            "an embedding of the delay beside each input; (logits, hidden)",
        ),
        Alternative(
            "one_hot_at_each_step",
            """class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.gru = nn.GRU(N + 1 + max_delay + 1, hidden_size, num_layers=2, dropout=0.1, batch_first=True)
        self.output = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        kind = idx_to_onehot(delays, self.max_delay + 1)[:, None].expand(-1, x.shape[1], -1)
        return F.log_softmax(self.output(self.gru(torch.cat([x, kind], dim=-1))[0]), dim=-1)

    def test_run(self, s, delay):
        before = self.training
        self.eval()
        with torch.no_grad():
            place = next(self.parameters()).device
            x = idx_to_onehot(to_indices(s)).to(place)
            logits = self(x.unsqueeze(0), torch.full((1,), delay, device=place))
        self.train(before)
        return to_text(logits.squeeze(0).argmax(-1)).replace(" ", "X")
""",
            "a one-hot delay beside each input, two layers, log-softmax, X for blank",
        ),
        Alternative(
            "scaled_feature",
            """class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.gru = nn.GRU(N + 2, hidden_size, batch_first=True)
        self.output = nn.Linear(hidden_size, N + 2)

    def forward(self, x, delays):
        feature = (delays.to(x.dtype) / self.max_delay).view(-1, 1, 1) * torch.ones_like(x[:, :, :1])
        return self.output(self.gru(torch.cat([feature, x], dim=-1))[0]).softmax(dim=-1)

    @torch.no_grad()
    def test_run(self, s, delay):
        mode, place = self.training, self.output.weight.device
        p = self.eval()(idx_to_onehot(to_indices(s)).unsqueeze(0).to(place), torch.tensor(delay, device=place)[None])
        self.train(mode)
        return to_text(p[0].argmax(dim=-1))
""",
            "the delay as one number from 0 to 1 beside each input, 28 probabilities",
        ),
        Alternative(
            "first_state",
            """class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.start = nn.Linear(max_delay + 1, 2 * hidden_size)
        self.gru = nn.GRU(N + 1, hidden_size, num_layers=2, batch_first=True)
        self.output = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        kind = F.one_hot(delays, self.max_delay + 1).to(x.dtype)
        h_0 = torch.tanh(self.start(kind)).unflatten(1, (2, self.hidden_size)).transpose(0, 1).contiguous()
        states, h_T = self.gru(x, h_0)
        return self.output(states), h_T

    @torch.no_grad()
    def test_run(self, s, delay):
        before = self.training
        self.eval()
        place = next(self.parameters()).device
        logits = self(idx_to_onehot(to_indices(s)).unsqueeze(0).to(place), torch.tensor([delay]).to(place))[0]
        self.train(before)
        return "".join(chr(96 + i) if i else " " for i in logits[0].argmax(-1).tolist())
""",
            "the delay as the initial state of two layers, by a linear layer",
        ),
        Alternative(
            "list_of_heads",
            """class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.gru = nn.GRU(N + 1, hidden_size)
        self.heads = nn.ModuleList(nn.Linear(hidden_size, N + 1) for _ in range(max_delay + 1))

    def forward(self, x, delays):
        states = self.gru(x.transpose(0, 1))[0].transpose(0, 1)
        return torch.stack([self.heads[int(d)](row) for row, d in zip(states, delays)])

    @torch.no_grad()
    def test_run(self, s, delay):
        before = self.training
        self.eval()
        x = idx_to_onehot(to_indices(s)).to(next(self.parameters()).device)
        logits = self.heads[delay](self.gru(x.unsqueeze(1))[0].squeeze(1))
        self.train(before)
        return to_text(logits.argmax(dim=-1))
""",
            "a linear layer for each delay, of which only the one that is asked for is used",
        ),
        Alternative(
            "gathered_heads",
            """class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.embedding = nn.Embedding(27, 27)
        self.gru = nn.GRU(27, hidden_size, batch_first=True)
        self.output = nn.Linear(hidden_size, 27 * (max_delay + 1))

    def forward(self, x, delays):
        letters = x.argmax(dim=-1) if x.dim() == 3 else x
        states, hidden = self.gru(self.embedding(letters))
        every = self.output(states).view(*letters.shape, 27, self.max_delay + 1)
        place = delays.view(-1, 1, 1, 1).expand(-1, letters.shape[1], 27, 1)
        return every.gather(-1, place).squeeze(-1), hidden

    def test_run(self, s, delay):
        mode = self.training
        self.eval()
        place = next(self.parameters()).device
        with torch.no_grad():
            logits, _ = self(to_indices(s)[None].to(place), torch.tensor([delay], device=place))
        self.train(mode)
        return to_text(logits[0].argmax(-1).cpu())
""",
            "heads on the last axis, picked by gather; takes one-hot letters and numbers",
        ),
        Alternative(
            "numbers_in",
            """class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.letters = nn.Embedding(N + 1, 12)
        self.delays = nn.Embedding(max_delay + 1, 12)
        self.gru = nn.GRU(12, hidden_size, batch_first=True)
        self.output = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        return self.output(self.gru(self.letters(x) + self.delays(delays)[:, None])[0])

    @torch.no_grad()
    def test_run(self, s, delay):
        before = self.training
        self.eval()
        place = next(self.parameters()).device
        logits = self(to_indices(s)[None].to(place), torch.tensor([delay], device=place))
        self.train(before)
        return to_text(logits[0].argmax(dim=-1))
""",
            "letters as numbers; embeddings of letter and delay are added, in front of the GRU",
        ),
        Alternative(
            "delay_read_first",
            """class VariableDelayGRUMemory(nn.Module):
    def __init__(self, hidden_size, max_delay):
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.first = nn.Embedding(max_delay + 1, N + 1)
        self.cell = ManualGRUCell(N + 1, hidden_size)
        self.output = nn.Linear(hidden_size, N + 1)

    def forward(self, x, delays):
        h = self.cell(self.first(delays), x.new_zeros(len(x), self.hidden_size))  # the delay is read before the letters
        states = []
        for t in range(x.shape[1]):
            h = self.cell(x[:, t], h)
            states.append(h)
        return self.output(torch.stack(states, dim=1)), h

    @torch.no_grad()
    def test_run(self, s, delay):
        before = self.training
        self.eval()
        place = next(self.parameters()).device
        logits, _ = self(idx_to_onehot(to_indices(s))[None].to(place), torch.tensor([delay], device=place))
        self.train(before)
        return to_text(logits[0].argmax(dim=-1))
""",
            "the cell of question 1; the delay is read as a step of its own, before the letters",
        ),
    ],
}

ALTERNATIVES["train_echo"] = [
    Alternative(
        name="only_the_read_out_is_fitted",
        why="a random GRU that is never trained, and a read-out by ridge regression; hardly any cost",
        source="""torch.manual_seed(4)
model = GRUMemory(320)
start_as_shift_register(model.gru)
with torch.no_grad():
    model.gru.weight_ih_l0[640:].normal_(0, 0.2)
    strings = random_letters(128, 25)
    states = model.gru(idx_to_onehot(strings))[0].flatten(0, 1)  # (B·T, H)
    states = torch.cat([states, torch.ones(len(states), 1)], dim=1)
    wanted = idx_to_onehot(echo(strings, DELAY)).flatten(0, 1)
    solved = torch.linalg.solve(states.T @ states + 1e-3 * torch.eye(321), states.T @ wanted)  # (H + 1, 27)
    model.output.weight.copy_(solved[:-1].T)
    model.output.bias.copy_(solved[-1])
""",
    ),
    Alternative(
        name="plain_recipe",
        why="torch's own start, plain Adam, larger batches; the globals N and T mean something else now; stays in "
        "training mode",
        source="""torch.manual_seed(1)
model = GRUMemory(100)
N, T = 64, 16  # strings in a batch, letters in a string
model.train()
adam = torch.optim.Adam(model.parameters(), lr=0.01)
for i in range(700):
    for group in adam.param_groups:
        group["lr"] = 0.01 * (1 - i / 700)
    x = torch.randint(1, 27, (N, T))
    y = torch.cat([torch.zeros(N, DELAY, dtype=torch.long), x[:, :-DELAY]], 1)
    out = model(torch.eye(27)[x])
    loss = nn.CrossEntropyLoss()(out.permute(0, 2, 1), y)
    adam.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    adam.step()
""",
    ),
    Alternative(
        name="letters_by_number",
        why="its own class: an embedding, log-probabilities of 28 classes beside the state, `X` for a blank",
        source="""torch.manual_seed(2)


class Echoes(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(28, 27)
        self.gru = nn.GRU(27, 96)
        self.top = nn.Sequential(nn.Linear(96, 28), nn.LogSoftmax(dim=-1))
        nn.init.normal_(self.table.weight, 0, 0.3)
        start_as_shift_register(self.gru)

    def forward(self, numbers):
        h, last = self.gru(self.table(numbers.t()))  # (T, B, 96)
        return self.top(h).transpose(0, 1), last

    def test_run(self, s):
        self.eval()
        with torch.no_grad():
            best = self.forward(torch.tensor([[ord(c) - 96 for c in s]]))[0][0].argmax(-1)
        return "".join(chr(96 + int(i)) if 0 < i < 27 else "X" for i in best)


model = Echoes()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.015, betas=(0.9, 0.98), weight_decay=0.0)
for step in range(300):
    for group in optimizer.param_groups:
        group["lr"] = 0.015 * min(1, (step + 1) / 30) * (1 - step / 300)
    x = torch.randint(1, 27, (32, 15))
    y = F.pad(x, (DELAY, 0))[:, :15]
    loss = F.nll_loss(model(x)[0].reshape(-1, 28), y.reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
""",
    ),
    Alternative(
        name="two_layers_with_dropout",
        why="dropout between two layers while training; left in training mode, so that a test has to switch it off",
        source="""torch.manual_seed(3)


class GRUMemory(GRUMemory):
    def __init__(self, hidden_size):
        super().__init__(hidden_size)
        self.gru = nn.GRU(27, hidden_size, num_layers=2, batch_first=True, dropout=0.1)
        start_as_shift_register(self.gru)


model = GRUMemory(80)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.98))
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=400)
for _ in range(400):
    letters = random_letters(32, 15)
    loss = F.cross_entropy(model(idx_to_onehot(letters)).transpose(1, 2), echo(letters, DELAY))
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
""",
    ),
    Alternative(
        name="slow_and_sure",
        why="larger batches and two layers: right, at ten times the cost, far within the limit",
        source="""torch.manual_seed(6)
model = GRUMemory(96)
model.gru = nn.GRU(27, 96, num_layers=2, batch_first=True)
start_as_shift_register(model.gru)
optimizer = torch.optim.Adam(model.parameters(), lr=0.006, betas=(0.9, 0.98))
for step in range(500):
    optimizer.param_groups[0]["lr"] = 0.006 * warm_up_then_cosine(500)(step)
    letters = random_letters(200, 20)
    loss = F.cross_entropy(model(idx_to_onehot(letters)).flatten(0, 1), echo(letters, DELAY).flatten())
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
""",
    ),
]

ALTERNATIVES["train_variable_echo"] = [
    Alternative(
        name="only_the_read_outs_are_fitted",
        why="a random GRU that is never trained, and nine read-outs by ridge regression",
        source="""MAX_DELAY = 8
torch.manual_seed(0)
H = 640
model = VariableDelayGRUMemory(H, MAX_DELAY)
start_as_shift_register(model.gru)
with torch.no_grad():
    model.gru.weight_ih_l0[2 * H :].normal_(0, 0.1)
    strings = random_letters(500, 25)
    states = model.gru(idx_to_onehot(strings))[0].flatten(0, 1)
    states = torch.cat([states, torch.ones(len(states), 1)], dim=1)  # (B·T, H + 1)
    gram = states.T @ states + 1e-4 * torch.eye(H + 1)
    wanted = torch.cat([idx_to_onehot(echo(strings, d)).flatten(0, 1) for d in range(9)], dim=1)  # (B·T, 9·27)
    solved = torch.linalg.solve(gram, states.T @ wanted)
    model.heads.weight.copy_(solved[:-1].T)
    model.heads.bias.copy_(solved[-1])
""",
    ),
    Alternative(
        name="one_delay_a_row",
        why="every row is trained for a delay drawn for it, as in the document; larger batches instead",
        source="""MAX_DELAY = 8
torch.manual_seed(0)
model = VariableDelayGRUMemory(96, MAX_DELAY).to(device)
start_as_shift_register(model.gru)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02, betas=(0.9, 0.98))
for step in range(600):
    optimizer.param_groups[0]["lr"] = 0.02 * warm_up_then_cosine(600)(step)
    strings = random_letters(72, 22).to(device)
    delays = torch.randint(MAX_DELAY + 1, (72,), device=device)
    source = torch.arange(22, device=device) - delays[:, None]
    wanted = torch.where(source < 0, 0, strings.gather(1, source.clamp(min=0)))
    loss = F.cross_entropy(model(idx_to_onehot(strings), delays).transpose(1, 2), wanted)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
""",
    ),
    Alternative(
        name="its_own_class",
        why="heads in a list, a pair as result, 28 classes, probabilities; called model only at the end",
        source="""MAX_DELAY = 8
torch.manual_seed(0)


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.max_delay = 8
        self.gru = nn.GRU(27, 96, batch_first=True)
        self.head = nn.ModuleList(nn.Linear(96, 28) for _ in range(9))

    def scores(self, x):
        h, last = self.gru(x)
        return torch.stack([head(h) for head in self.head], 1), last  # (B, 9, T, 28)

    def forward(self, x, delays):
        scores, last = self.scores(x)
        return scores[range(len(x)), delays].softmax(-1), last

    def test_run(self, s, delay):
        self.eval()
        x = idx_to_onehot(to_indices(s))[None]
        with torch.no_grad():
            return to_text(self(x, torch.tensor([delay]))[0][0].argmax(-1))


net = Heads()
start_as_shift_register(net.gru)
best = torch.optim.Adam(net.parameters(), 0.03, (0.9, 0.98))
for step in range(600):
    best.param_groups[0]["lr"] = 0.03 * warm_up_then_cosine(600)(step)
    letters = random_letters(32, 22)
    scores = net.scores(idx_to_onehot(letters))[0]
    wanted = torch.stack([echo(letters, d) for d in range(9)], 1)  # (B, 9, T)
    best.zero_grad()
    F.cross_entropy(scores.permute(0, 3, 1, 2), wanted).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    best.step()
model = net.eval()
""",
    ),
]
