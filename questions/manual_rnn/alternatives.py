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
}
