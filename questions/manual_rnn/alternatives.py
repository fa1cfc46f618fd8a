"""Right answers to the questions of 02_manual_rnn, written in other ways than the reference."""

from unrolled.checking.catalogue import Alternative

_TABLE = """class ManualEmbedding(nn.Module):
    def __init__(self, vocab_size, embed_dim):
        super().__init__()
        self.vocab_size, self.embed_dim = vocab_size, embed_dim
        self.weight = nn.Parameter(torch.randn(vocab_size, embed_dim))

    def forward(self, x):
"""

_CELL = """class ManualRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.W_ih = nn.Parameter(torch.randn(hidden_size, input_size))
        self.b_ih = nn.Parameter(torch.zeros(hidden_size))
        self.W_hh = nn.Parameter(torch.randn(hidden_size, hidden_size))
        self.b_hh = nn.Parameter(torch.zeros(hidden_size))

    def forward(self, x, hidden):
"""

ALTERNATIVES = {
    "manual_embedding": [
        Alternative(
            "one_hot_product",
            _TABLE + "        return F.one_hot(x, self.vocab_size).to(self.weight.dtype) @ self.weight\n",
            "the long way of the figure",
        ),
        Alternative(
            "index_select",
            _TABLE
            + "        rows = torch.index_select(self.weight, 0, x.reshape(-1))\n"
            + "        return rows.view(*x.shape, self.embed_dim)\n",
            "flattens the ids first",
        ),
        Alternative(
            "gather",
            _TABLE
            + "        batch, steps = x.size()\n"
            + "        ids = x.unsqueeze(-1).expand(batch, steps, self.embed_dim)\n"
            + "        return self.weight.unsqueeze(0).expand(batch, -1, -1).gather(1, ids)\n",
            "gathers from a table repeated for each sequence",
        ),
        Alternative(
            "stacked_rows",
            _TABLE
            + "        sequences = []\n"
            + "        for sequence in x:\n"
            + "            sequences.append(torch.stack([self.weight[int(token)] for token in sequence]))\n"
            + "        return torch.stack(sequences)\n",
            "loops over batch and time",
        ),
        Alternative(
            "take_with_einsum",
            _TABLE
            + "        picks = torch.zeros(*x.shape, self.weight.size(0)).type_as(self.weight)\n"
            + "        picks.scatter_(2, x[..., None], 1)\n"
            + "        return torch.einsum('btv,ve->bte', picks, self.weight)\n",
            "one-hot rows by scatter_, the product by einsum",
        ),
    ],
    "manual_rnn_cell": [
        Alternative(
            "one_product_over_both",
            _CELL
            + "        both = torch.cat([x, hidden], dim=1)\n"
            + "        weights = torch.cat([self.W_ih, self.W_hh], dim=1)\n"
            + "        return (both @ weights.t() + self.b_ih + self.b_hh).tanh()\n",
            "one matrix for input and memory side by side",
        ),
        Alternative(
            "functional_linear",
            _CELL
            + "        return torch.tanh(F.linear(x, self.W_ih, self.b_ih) + F.linear(hidden, self.W_hh, self.b_hh))\n",
            "F.linear takes the transpose and the bias",
        ),
        Alternative(
            "columns",
            _CELL
            + "        new = self.W_ih.matmul(x.T) + self.W_hh.matmul(hidden.T)\n"
            + "        new = new + self.b_ih[:, None] + self.b_hh.unsqueeze(1)\n"
            + "        return torch.tanh(new).T\n",
            "vectors as columns, as the formula is written; the result is not contiguous",
        ),
        Alternative(
            "einsum",
            _CELL
            + "        a = torch.einsum('bi,hi->bh', x, self.W_ih)\n"
            + "        a = a + torch.einsum('bk,hk->bh', hidden, self.W_hh)\n"
            + "        return nn.Tanh()(a + (self.b_ih + self.b_hh))\n",
            "einsum, the biases added first, tanh as a module",
        ),
        Alternative(
            "linear_layers",
            """class ManualRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.reads, self.remembers = nn.Linear(input_size, hidden_size), nn.Linear(hidden_size, hidden_size)
        self.W_ih, self.b_ih = self.reads.weight, self.reads.bias
        self.W_hh, self.b_hh = self.remembers.weight, self.remembers.bias

    def forward(self, x, hidden):
        print("one step")
        return torch.tanh(self.reads(x) + self.remembers(hidden))
""",
            "two nn.Linear whose parameters go by the contract's names; prints as it goes",
        ),
        Alternative(
            "row_by_row",
            _CELL
            + "        rows = []\n"
            + "        for row, memory in zip(x, hidden):\n"
            + "            total = torch.mv(self.W_ih, row) + torch.mv(self.W_hh, memory) + self.b_ih + self.b_hh\n"
            + "            rows.append(2 / (1 + torch.exp(-2 * total)) - 1)\n"
            + "        return torch.stack(rows, dim=0)\n",
            "a loop over the batch, tanh by its formula",
        ),
        Alternative(
            "addmm",
            _CELL
            + "        a = torch.addmm(self.b_ih, x, self.W_ih.transpose(0, 1))\n"
            + "        return torch.addmm(a + self.b_hh, hidden, self.W_hh.mT).tanh_()\n",
            "addmm, and tanh in place on a tensor of its own",
        ),
    ],
    "manual_rnn": [
        Alternative(
            "layer_by_layer",
            """class ManualRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.hidden_size = hidden_size
        cells = [ManualRNNCell(input_size, hidden_size)]
        while len(cells) < num_layers:
            cells.append(ManualRNNCell(hidden_size, hidden_size))
        self.cells = nn.ModuleList(cells)

    def forward(self, x, hidden=None):
        last = []
        for layer in range(len(self.cells)):
            if hidden is None:
                h = torch.zeros(x.size(0), self.hidden_size, device=x.device, dtype=x.dtype)
            else:
                h = hidden[layer]
            steps = []
            for x_t in x.unbind(dim=1):
                h = self.cells[layer].forward(x_t, h)
                steps.append(h.unsqueeze(1))
            x = torch.cat(steps, dim=1)
            last.append(h)
        return x, torch.stack(last, 0)
""",
            "one layer over the whole sequence after the other",
        ),
        Alternative(
            "time_first",
            """class ManualRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        sizes = [input_size] + [hidden_size] * num_layers
        self.cells = nn.ModuleList([ManualRNNCell(i, o) for i, o in zip(sizes, sizes[1:])])
        self.size = hidden_size

    def forward(self, x, hidden=None):
        batch = x.shape[0]
        state = torch.zeros(len(self.cells), batch, self.size).to(x) if hidden is None else hidden.clone()
        collected = []
        for row in x.transpose(0, 1):
            new = []
            for cell, h in zip(self.cells, state):
                row = cell(row, h)
                new.append(row)
            state = torch.stack(new)
            collected.append(state[-1])
        return torch.stack(collected).transpose(0, 1), state
""",
            "time first inside; the state is one tensor, made anew at each step; the output is not contiguous",
        ),
        Alternative(
            "dictionary_of_states",
            """class ManualRNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.cells = nn.ModuleList()
        for layer in range(num_layers):
            self.cells.append(ManualRNNCell(input_size if not layer else hidden_size, hidden_size))

    def forward(self, x, hidden=None):
        B, T, _ = x.shape
        if hidden is None:
            hidden = torch.zeros((self.num_layers, B, self.hidden_size), dtype=x.dtype)
        h = {layer: hidden[layer, :, :] for layer in range(self.num_layers)}
        output = []
        for t in range(T):
            inp = x[:, t, :]
            for layer in h:
                h[layer] = self.cells[layer](inp, h[layer])
                inp = h[layer]
            output += [inp]
        print(len(output), "steps")
        return torch.stack(output, 1), torch.cat([h[layer][None] for layer in h])
""",
            "states in a dictionary; prints as it goes",
        ),
    ],
    "mcq_rnn_output": [
        Alternative("small_letter", 'mcq_rnn_output = "b"', "a small letter"),
        Alternative("with_a_full_stop", "mcq_rnn_output = ' B.'", "a blank before and a full stop behind"),
        Alternative("with_the_text", 'mcq_rnn_output = "B) batch, steps, hidden"', "the letter and the text"),
    ],
    "manual_char_rnn": [
        Alternative(
            "in_one_line",
            """class ManualCharRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.hidden_dim, self.num_layers = hidden_dim, num_layers
        self.embedding, self.rnn = ManualEmbedding(vocab_size, embed_dim), ManualRNN(embed_dim, hidden_dim, num_layers)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        embedded = self.embedding(x)
        if hidden is None:
            hidden = torch.zeros(self.num_layers, x.size(0), self.hidden_dim)
        out, h = self.rnn(embedded, hidden)
        b, t, n = out.shape
        logits = self.fc(out.reshape(b * t, n)).view(b, t, -1)
        return logits, h
""",
            "zeros made here; the linear layer sees (B·T, H)",
        ),
        Alternative(
            "step_by_step",
            """class ManualCharRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super().__init__()
        self.fc = nn.Linear(in_features=hidden_dim, out_features=vocab_size)
        self.rnn = ManualRNN(num_layers=num_layers, input_size=embed_dim, hidden_size=hidden_dim)
        self.embedding = ManualEmbedding(vocab_size=vocab_size, embed_dim=embed_dim)

    def forward(self, x, hidden=None):
        logits = []
        for t in range(x.shape[1]):
            state, hidden = self.rnn(self.embedding(x[:, t : t + 1]), hidden)
            logits.append(self.fc(state))
        return torch.cat(logits, dim=1), hidden
""",
            "one character at a time through the whole model",
        ),
        Alternative(
            "linear_by_hand",
            """class ManualCharRNN(nn.Module):
    def __init__(self, vocab_size, embed_dim=128, hidden_dim=128, num_layers=2):
        super(ManualCharRNN, self).__init__()
        self.embedding = ManualEmbedding(vocab_size, embed_dim)
        self.rnn = ManualRNN(embed_dim, hidden_dim, num_layers)
        self.fc = nn.Linear(hidden_dim, vocab_size)

    def forward(self, x, hidden=None):
        x = self.embedding.forward(x)
        (out, last) = self.rnn.forward(x, hidden)
        return torch.einsum("bth,vh->btv", out, self.fc.weight) + self.fc.bias, last

    def init_hidden(self, batch_size, device="cpu"):
        return torch.zeros(self.rnn.num_layers, batch_size, self.rnn.hidden_size).to(device)
""",
            "the linear layer's product by einsum; an extra method",
        ),
    ],
    "generate_text": [
        Alternative(
            "whole_prefix_again",
            """def generate_text(model, seed, length, temperature=1.0):
    if len(seed) == 0:
        raise ValueError("empty prompt")
    model.eval()
    text = seed
    with torch.no_grad():
        for _ in range(length):
            logits = model(torch.tensor([encode(text)]))[0]
            weights = torch.exp((logits[0, -1] - logits[0, -1].max()) / temperature)
            text += idx2char[int(torch.multinomial(weights, 1))]
    encode(text)
    return text
""",
            "no state at all: the whole text is read anew for each character",
        ),
        Alternative(
            "one_character_at_a_time",
            """@torch.no_grad()
def generate_text(model, seed, length, temperature=1.0):
    if seed == "":
        raise ValueError("nothing to start from")
    was_training = model.training
    model.train(False)
    hidden, out = None, []
    for c in seed:
        logits, hidden = model(torch.tensor(encode(c)).view(1, 1), hidden)
        out.append(c)
    while len(out) < len(seed) + length:
        z = logits.squeeze() / temperature
        nxt = torch.distributions.Categorical(logits=z).sample().item()
        out.append(idx2char[nxt])
        logits, hidden = model(torch.tensor([[nxt]]), hidden)
    model.train(was_training)
    return "".join(out)
""",
            "the prompt character by character; Categorical draws; the mode is put back",
        ),
        Alternative(
            "numpy_draws",
            """def generate_text(model, seed, length, temperature=1.0):
    import numpy as np
    if not seed:
        raise ValueError("seed is empty")
    ids = [char2idx[c] for c in seed]
    model.eval()
    with torch.inference_mode():
        h = torch.zeros(model.num_layers, 1, model.hidden_dim) if hasattr(model, "num_layers") else None
        fed = ids
        for _ in range(length):
            logits, h = model(torch.LongTensor(fed).unsqueeze(0), h)
            p = torch.log_softmax(logits[:, -1, :].double() / temperature, dim=1).exp().numpy().ravel()
            fed = [int(np.random.choice(len(p), p=p / p.sum()))]
            ids = ids + fed
    return decode(ids)
""",
            "NumPy draws; an unknown character is a KeyError; the first state is made of zeros",
        ),
    ],
}
