"""Right answers to the questions of 07_applications, written in other ways than the reference."""

from unrolled.checking.catalogue import Alternative

_TAGGING_LOSS = """

def tagging_loss(logits, tags):
    return F.cross_entropy(logits.flatten(0, 1), tags.flatten(), ignore_index=0)
"""

ALTERNATIVES = {
    "sentiment": [
        Alternative(
            "packed",
            """class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        lengths = torch.count_nonzero(x, dim=1)
        rows = nn.utils.rnn.pack_padded_sequence(self.embedding(x), lengths.cpu(), True, enforce_sorted=False)
        _, hidden = self.rnn(rows)
        return self.fc(hidden.squeeze(0))
""",
            "packed rows, nn.RNN, the final state; a padding row of zeros in the embedding",
        ),
        Alternative(
            "lstm_by_gather",
            """class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.emb = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, num_layers=2, dropout=0.2, batch_first=True)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        print("a batch of", len(x))
        out, (h, c) = self.lstm(self.emb(x))
        last = x.ne(0).long().sum(1).sub(1).view(-1, 1, 1).expand(-1, 1, out.size(2))
        return self.out(self.drop(out.gather(1, last).squeeze(1)))
""",
            "two layers of LSTM with dropout, gather; prints as it goes",
        ),
        Alternative(
            "cells_that_hold_still",
            """class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.table = nn.Parameter(torch.randn(vocab_size, embedding_dim))
        self.cell = nn.GRUCell(embedding_dim, hidden_dim)
        self.top = nn.Sequential(nn.Linear(hidden_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, num_classes))

    def forward(self, x):
        h = torch.zeros(x.size(0), self.hidden_dim)
        for t in range(x.size(1)):
            keep = (x[:, t] == 0).unsqueeze(1)
            h = torch.where(keep, h, self.cell(self.table[x[:, t]], h))
        return torch.log_softmax(self.top(h), dim=1)
""",
            "one step at a time; at padding the state is kept; log-probabilities",
        ),
        Alternative(
            "both_directions",
            """class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.gru = nn.GRU(embedding_dim, hidden_dim, bidirectional=True)
        self.fc = nn.Linear(2 * hidden_dim, num_classes)

    def forward(self, x):
        words = self.embedding(x).transpose(0, 1)
        packed = nn.utils.rnn.pack_padded_sequence(words, (x > 0).sum(1).cpu(), enforce_sorted=False)
        hidden = self.gru(packed)[1]
        return self.fc(torch.cat([hidden[0], hidden[1]], dim=-1))
""",
            "the two last states of a bidirectional GRU, time first",
        ),
        Alternative(
            "mean_of_the_words_states",
            """class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.words = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        real = (x != PAD).unsqueeze(-1).float()
        states = self.rnn(self.words(x))[0] * real
        return self.fc(states.sum(1) / real.sum(1))
""",
            "a mean over the states at real words",
        ),
        Alternative(
            "row_by_row",
            """class SentimentRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_classes):
        super().__init__()
        self.words = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.GRU(embedding_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_classes)

    def forward(self, x):
        states = [self.rnn(self.words(row[row != 0]).unsqueeze(0))[1][0] for row in x]
        return self.fc(torch.cat(states))
""",
            "each row alone, without its padding",
        ),
    ],
    "sequence_labelling": [
        Alternative(
            "as_in_the_document",
            """class SequenceLabelingRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.emb, self.gru = nn.Embedding(vocab_size, embedding_dim), nn.GRU(embedding_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, num_tags)

    def forward(self, x):
        h_0 = torch.zeros(1, len(x), self.hidden_dim)
        out, _ = self.gru(self.emb(x.T), h_0)
        return self.out(out).transpose(0, 1)


def tagging_loss(logits, tags):
    log_p = logits.log_softmax(-1)
    real = (tags != 0).float()
    return -(log_p.gather(-1, tags[..., None])[..., 0] * real).sum() / real.sum()
""",
            "time first inside; the loss by its formula",
        ),
        Alternative(
            "lstm_and_flat_loss",
            """class SequenceLabelingRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, batch_first=True)
        self.drop = nn.Dropout(0.2)
        self.fc = nn.Linear(hidden_dim, num_tags)

    def forward(self, x):
        out = self.drop(self.lstm(self.embedding(x))[0])
        return self.fc(out.reshape(-1, out.shape[2])).view(x.shape[0], x.shape[1], -1)
"""
            + _TAGGING_LOSS,
            "an LSTM with dropout; batch and time flattened for the layer and for the loss",
        ),
        Alternative(
            "cell_and_mask",
            """class SequenceLabelingRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.table = nn.Embedding(vocab_size, embedding_dim)
        self.cell = nn.RNNCell(embedding_dim, hidden_dim)
        self.W = nn.Parameter(0.1 * torch.randn(num_tags, hidden_dim))
        self.b = nn.Parameter(torch.zeros(num_tags))

    def forward(self, x):
        h, rows = None, []
        for words in self.table(x).unbind(dim=1):
            h = self.cell(words, h)
            rows.append(F.linear(h, self.W, self.b))
        return torch.stack(rows, 1)


criterion = nn.CrossEntropyLoss(ignore_index=PAD)


def tagging_loss(logits, tags):
    B, T, C = logits.shape
    return criterion(logits.permute(0, 2, 1), tags)
""",
            "one step at a time; nn.CrossEntropyLoss outside the function",
        ),
        Alternative(
            "real_words_only",
            """class SequenceLabelingRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.words = nn.Linear(vocab_size, embedding_dim)
        self.vocab_size = vocab_size
        self.rnn = nn.RNN(embedding_dim, hidden_dim, num_layers=2, nonlinearity="relu", batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_tags)

    def forward(self, x):
        states, last = self.rnn(self.words(F.one_hot(x, self.vocab_size).float()))
        return self.fc(states)


def tagging_loss(logits, tags):
    real = tags > 0
    return F.nll_loss(F.log_softmax(logits[real], dim=1), tags[real])
""",
            "one-hot rows and a linear layer for the embedding, two layers with ReLU; a loss on picked words",
        ),
    ],
    "bidirectional_tagger": [
        Alternative(
            "two_rnns",
            """def turned(x, lengths):
    t = torch.arange(x.shape[1]).expand(len(x), -1)
    place = torch.where(t < lengths[:, None], lengths[:, None] - 1 - t, t)
    return x.gather(1, place[..., None].expand(-1, -1, x.shape[2]))


class BidirectionalRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.there = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.back = nn.RNN(embedding_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim * 2, num_tags)

    def forward(self, x):
        words, lengths = self.embedding(x), (x != 0).sum(1)
        forward, _ = self.there(words)
        backward, _ = self.back(turned(words, lengths))
        return self.fc(torch.cat([forward, turned(backward, lengths)], dim=2))
""",
            "two networks; the rows are turned round each at its own length",
        ),
        Alternative(
            "lstm_sorted",
            """class BidirectionalRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(0.1)
        self.fc = nn.Linear(hidden_dim * 2, num_tags)

    def forward(self, x):
        lengths, order = (x != 0).sum(1).sort(descending=True)
        packed = nn.utils.rnn.pack_padded_sequence(self.embedding(x[order]), lengths.tolist(), batch_first=True)
        out, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        out = F.pad(out, (0, 0, 0, x.size(1) - out.size(1)))
        return self.fc(self.drop(out[order.argsort()]))
""",
            "sorted rows that are put back; padded to T by hand",
        ),
        Alternative(
            "cells_that_wait",
            """class BidirectionalRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.words = nn.Embedding(vocab_size, embedding_dim)
        self.f, self.b = nn.GRUCell(embedding_dim, hidden_dim), nn.GRUCell(embedding_dim, hidden_dim)
        self.left, self.right = nn.Linear(hidden_dim, num_tags), nn.Linear(hidden_dim, num_tags, bias=False)

    def forward(self, x):
        B, T = x.shape
        e, real = self.words(x), (x != 0).float().unsqueeze(2)
        h = g = torch.zeros(B, self.f.hidden_size)
        there, back = [], [None] * T
        for t in range(T):
            h = self.f(e[:, t], h)
            there.append(h)
        for t in reversed(range(T)):
            g = self.b(e[:, t], g) * real[:, t]  # zeros until the first real word
            back[t] = g
        return self.left(torch.stack(there, 1)) + self.right(torch.stack(back, 1))
""",
            "one step at a time; the backward state is held at zero in the padding; two layers, added",
        ),
        Alternative(
            "states_added",
            """class BidirectionalRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_dim, num_tags):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.gru = nn.GRU(embedding_dim, hidden_dim, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_tags)

    def forward(self, x):
        rows = [self.gru(self.embedding(row[row > 0])[None])[0][0] for row in x]
        states = x.new_zeros(*x.shape, 2 * self.hidden_dim, dtype=torch.float32)
        for b, row in enumerate(rows):
            states[b, : len(row)] = row
        return self.fc(states[..., : self.hidden_dim] + states[..., self.hidden_dim :])
""",
            "each row alone; the two directions are added, not put side by side",
        ),
    ],
    "names": [
        Alternative(
            "whole_beginning_again",
            """@torch.no_grad()
def generate_name(model, temperature=1.0, longest=20):
    model.eval()
    ids = [START]
    for _ in range(longest):
        out = model(torch.tensor([ids]))
        logits = out[0] if isinstance(out, tuple) else out
        p = F.softmax(logits[0, -1] / temperature, dim=0)
        p[PAD] = p[START] = 0
        i = int(torch.multinomial(p, num_samples=1))
        if i == END:
            break
        ids.append(i)
    return "".join(NAME_CHARS[i] for i in ids[1:])
""",
            "feeds the whole beginning at each step; sets probabilities to zero",
        ),
        Alternative(
            "categorical",
            """def generate_name(model, temperature=1.0, longest=20):
    was = model.training
    model.train(False)
    never = torch.zeros(len(NAME_CHARS))
    never[:END] = float("-inf")
    letters, x, h = [], torch.LongTensor([[START]]), None
    while True:
        if len(letters) == longest:
            break
        with torch.inference_mode():
            y, h = model.forward(x, h)
        x = torch.distributions.Categorical(logits=y.reshape(-1) / temperature + never).sample().view(1, 1)
        if x == END:
            break
        letters.append(NAME_CHARS[x])
    model.train(was)
    return "".join(letters)
""",
            "a Categorical; a mask that is added; direct .forward; puts the mode back",
        ),
        Alternative(
            "numpy_choice",
            """import numpy as np


def generate_name(model, temperature=1.0, longest=20):
    model.eval()
    name, token, hidden = [], START, None
    with torch.no_grad():
        for step in range(longest):
            logits, hidden = model(torch.tensor([[token]]), hidden)
            z = logits[0, 0, END:].double().numpy() / temperature
            p = np.exp(z - z.max())
            token = END + int(np.random.choice(len(p), p=p / p.sum()))
            if token == END:
                return "".join(name)
            name += [NAME_CHARS[token]]
    return "".join(name)
""",
            "numpy's choice among END and the letters",
        ),
        Alternative(
            "gumbel",
            """def generate_name(model, temperature=1.0, longest=20):
    model.eval()
    token, hidden, name = torch.full((1, 1), START), None, ""
    with torch.no_grad():
        for _ in range(longest):
            logits, hidden = model(token, hidden)
            scores = logits[:, -1, 2:] / temperature
            noise = -torch.empty_like(scores).exponential_().log()
            token = (scores + noise).argmax(dim=-1, keepdim=True) + 2
            letter = NAME_CHARS[token.item()]
            if letter == "$":
                break
            name = name + letter
    return name
""",
            "the largest of logits with Gumbel noise",
        ),
    ],
    "encoder_decoder": [
        Alternative(
            "forward_again_and_again",
            """class EncoderDecoder(nn.Module):
    def __init__(self, source_size, target_size, hidden_dim):
        super().__init__()
        self.src = nn.Embedding(source_size, hidden_dim, padding_idx=0)
        self.tgt = nn.Embedding(target_size, hidden_dim)
        self.enc = nn.LSTM(hidden_dim, hidden_dim, batch_first=True)
        self.dec = nn.LSTM(hidden_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, target_size)

    def forward(self, source, target):
        lengths = (source != 0).sum(1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(self.src(source), lengths, batch_first=True, enforce_sorted=False)
        _, state = self.enc(packed)
        start = torch.full((len(target), 1), START)
        out, _ = self.dec(self.tgt(torch.cat([start, target[:, :-1]], dim=1)), state)
        return self.fc(out)

    @torch.no_grad()
    def translate(self, source, longest=20):
        result = []
        for row in source:
            said = []
            while len(said) < longest:
                logits = self(row.unsqueeze(0), torch.tensor([said + [0]]))
                word = int(logits[0, -1].argmax())
                if word == END:
                    break
                said.append(word)
            result.append(said)
        return result
""",
            "LSTMs, packed sources; translate calls forward with what has been said so far",
        ),
        Alternative(
            "state_at_every_step",
            """class EncoderDecoder(nn.Module):
    def __init__(self, source_size, target_size, hidden_dim):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.a, self.b = nn.Embedding(source_size, 12), nn.Embedding(target_size, 12)
        self.encoder, self.decoder = nn.GRUCell(12, hidden_dim), nn.GRUCell(12 + hidden_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, target_size)

    def context(self, source):
        h = torch.zeros(len(source), self.hidden_dim)
        for t in range(source.shape[1]):
            h = torch.where((source[:, t] > 0)[:, None], self.encoder(self.a(source[:, t]), h), h)
        return h

    def step(self, token, h, c):
        h = self.decoder(torch.cat([self.b(token), c], dim=1), h)
        return self.out(h), h

    def forward(self, source, target):
        c = h = self.context(source)
        token, steps = torch.full((len(source),), START), []
        for t in range(target.shape[1]):
            logits, h = self.step(token, h, c)
            steps.append(logits)
            token = target[:, t]
        return torch.stack(steps, dim=1)

    def translate(self, source, longest=20):
        with torch.no_grad():
            c = h = self.context(source)
            token, said, over = torch.full((len(source),), START), [[] for _ in source], [False] * len(source)
            for _ in range(longest):
                logits, h = self.step(token, h, c)
                token = logits.argmax(1)
                for b, word in enumerate(token.tolist()):
                    over[b] = over[b] or word == END
                    if not over[b]:
                        said[b].append(word)
            return said
""",
            "cells; the encoder's state is read at every step of the decoder as well",
        ),
        Alternative(
            "shared_helper",
            """class EncoderDecoder(nn.Module):
    def __init__(self, source_size, target_size, hidden_dim):
        super().__init__()
        self.emb_in, self.emb_out = nn.Embedding(source_size, 8), nn.Embedding(target_size, 8)
        self.enc = nn.GRU(8, hidden_dim, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(2 * hidden_dim, hidden_dim)
        self.dec = nn.GRU(8, hidden_dim, num_layers=2, batch_first=True)
        self.dropout = nn.Dropout(0.1)
        self.fc = nn.Linear(hidden_dim, target_size)

    def start(self, source):
        packed = nn.utils.rnn.pack_padded_sequence(
            self.emb_in(source), (source != 0).sum(1).cpu(), batch_first=True, enforce_sorted=False)
        _, h = self.enc(packed)
        return torch.tanh(self.bridge(torch.cat([h[0], h[1]], 1))).repeat(2, 1, 1)

    def forward(self, source, target):
        shifted = target.roll(1, dims=1)
        shifted[:, 0] = START
        out, hidden = self.dec(self.dropout(self.emb_out(shifted)), self.start(source))
        return self.fc(out), hidden

    def translate(self, source, longest=20):
        was = self.training
        self.eval()
        rows = []
        for row in source:
            h, word, words = self.start(row[None]), START, []
            for _ in range(longest):
                out, h = self.dec(self.emb_out(torch.tensor([[word]])), h)
                word = self.fc(out)[0, 0].argmax().item()
                if word == END:
                    break
                words.append(word)
            rows.append(torch.tensor(words, dtype=torch.int64))
        self.train(was)
        return rows
""",
            "a bidirectional encoder and a bridge; a pair from forward; tensors from translate",
        ),
    ],
    "train_sentiment": [
        Alternative(
            "plain_loop",
            """torch.manual_seed(1)
sentiment_model = SentimentRNN(len(REVIEW_WORDS), 24, 48, 2)
optimizer = torch.optim.Adam(sentiment_model.parameters(), lr=0.005)
x = review_rows([text for text, _ in train_reviews])
y = torch.tensor([good for _, good in train_reviews])
for epoch in range(8):
    order = torch.randperm(len(x))
    for i in range(0, len(x), 50):
        rows = order[i : i + 50]
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(sentiment_model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
""",
            "epochs over one padded tensor, no clipping; left in training mode",
        ),
        Alternative(
            "its_own_class",
            """torch.manual_seed(2)


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.r = nn.Embedding(len(REVIEW_WORDS), 16, padding_idx=0), nn.LSTM(16, 32, batch_first=True)
        self.o = nn.Linear(32, 2)

    def forward(self, x):
        out, _ = self.r(self.e(x))
        return F.log_softmax(self.o(out[torch.arange(len(x)), (x > 0).sum(1) - 1]), dim=-1)


sentiment_model = Reader()


def nll():
    rows = random.choices(train_reviews, k=64)
    return F.nll_loss(sentiment_model(review_rows([t for t, _ in rows])), torch.tensor([g for _, g in rows]))


fit(sentiment_model, nll, steps=160, rate=0.015)
""",
            "a class of the answer's own, an LSTM; log-probabilities",
        ),
        Alternative(
            "rmsprop_small",
            """torch.manual_seed(3)
random.seed(3)
sentiment_model = SentimentRNN(len(REVIEW_WORDS), 12, 24, 2)
adam = torch.optim.RMSprop(sentiment_model.parameters(), lr=0.006)
for step in range(180):
    texts, labels = zip(*random.sample(train_reviews, 48))
    loss = F.cross_entropy(sentiment_model(review_rows(texts)), torch.tensor(labels))
    adam.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(sentiment_model.parameters(), 0.5)
    adam.step()
sentiment_model.eval()
""",
            "RMSprop, clipping by value, a smaller network",
        ),
    ],
    "train_taggers": [
        Alternative(
            "one_loop_for_both",
            """torch.manual_seed(1)
random.seed(1)
one_way = SequenceLabelingRNN(len(TAG_WORDS), 16, 32, len(TAGS))
both_ways = BidirectionalRNN(len(TAG_WORDS), 16, 32, len(TAGS))
adam = torch.optim.Adam([*one_way.parameters(), *both_ways.parameters()], lr=0.01)
for step in range(120):
    x, tags = tag_rows(random.sample(train_tagged, 32))
    adam.zero_grad()
    (tagging_loss(one_way(x), tags) + tagging_loss(both_ways(x), tags)).backward()
    adam.step()
""",
            "one optimizer and one loop for both",
        ),
        Alternative(
            "whole_data",
            """torch.manual_seed(2)
x, tags = tag_rows(train_tagged)
made = []
for make in (SequenceLabelingRNN, BidirectionalRNN):
    net = make(len(TAG_WORDS), 12, 20, 8)
    adam = torch.optim.AdamW(net.parameters(), lr=0.01)
    for _ in range(12):
        for part in torch.randperm(len(x)).split(60):
            adam.zero_grad()
            F.cross_entropy(net(x[part]).flatten(0, 1), tags[part].flatten(), ignore_index=0).backward()
            adam.step()
    made.append(net.eval())
one_way, both_ways = made
""",
            "epochs over one padded tensor, AdamW",
        ),
        Alternative(
            "classes_of_its_own",
            """torch.manual_seed(3)


class Tagger(nn.Module):
    def __init__(self, both):
        super().__init__()
        self.e = nn.Embedding(len(TAG_WORDS), 16)
        self.r = nn.GRU(16, 24, batch_first=True, bidirectional=both)
        self.o = nn.Linear(48 if both else 24, len(TAGS))

    def forward(self, x):
        words = nn.utils.rnn.pack_padded_sequence(self.e(x), (x > 0).sum(1), batch_first=True, enforce_sorted=False)
        states, _ = nn.utils.rnn.pad_packed_sequence(self.r(words)[0], batch_first=True, total_length=x.shape[1])
        return self.o(states).log_softmax(-1)


one_way, both_ways = Tagger(False), Tagger(True)
for net in (one_way, both_ways):
    def cost():
        x, tags = tag_rows(random.choices(train_tagged, k=40))
        return F.nll_loss(net(x)[tags > 0], tags[tags > 0])
    fit(net, cost, steps=90, rate=0.012)
""",
            "GRUs of the answer's own, log-probabilities",
        ),
    ],
    "train_names": [
        Alternative(
            "plain_loop",
            """torch.manual_seed(1)
name_model = NameRNN(len(NAME_CHARS), 24, 48)
rows = name_rows(train_names)
inputs = torch.cat([torch.full((len(rows), 1), START), rows[:, :-1]], dim=1)
optimizer = torch.optim.Adam(name_model.parameters(), lr=0.008)
for epoch in range(18):
    for part in torch.randperm(len(rows)).split(60):
        optimizer.zero_grad()
        logits = name_model(inputs[part])[0]
        F.cross_entropy(logits.flatten(0, 1), rows[part].flatten(), ignore_index=0).backward()
        torch.nn.utils.clip_grad_norm_(name_model.parameters(), 5)
        optimizer.step()
""",
            "epochs over one padded tensor",
        ),
        Alternative(
            "best_on_validation",
            """import copy

torch.manual_seed(2)
random.seed(2)
net = NameRNN(len(NAME_CHARS), 16, 64)
adam, best = torch.optim.Adam(net.parameters(), lr=0.01), 9.0


def cost(names):
    rows = name_rows(names)
    read = F.pad(rows, (1, 0), value=START)[:, :-1]
    return F.cross_entropy(net(read)[0].transpose(1, 2), rows, ignore_index=PAD)


for step in range(160):
    adam.zero_grad()
    cost(random.sample(train_names, 50)).backward()
    adam.step()
    if step % 10 == 9:
        with torch.no_grad():
            now = cost(valid_names).item()
        if now < best:
            best, name_model = now, copy.deepcopy(net)
""",
            "keeps the network that was best on the validation names",
        ),
        Alternative(
            "logits_alone",
            """torch.manual_seed(3)


class Spelling(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.r = nn.Embedding(29, 12), nn.LSTM(12, 48, batch_first=True)
        self.d, self.o = nn.Dropout(0.2), nn.Linear(48, 29)

    def forward(self, x, hidden=None):
        out, hidden = self.r(self.e(x), hidden)
        return self.o(self.d(out))


name_model = Spelling()


def spelling_loss():
    rows = name_rows(random.choices(train_names, k=64))
    read = F.pad(rows, (1, 0), value=START)[:, :-1]
    return F.cross_entropy(name_model(read).transpose(1, 2), rows, ignore_index=0)


fit(name_model, spelling_loss, steps=130)
""",
            "an LSTM with dropout that gives its logits alone",
        ),
    ],
    "music": [
        Alternative(
            "plain_loop",
            """class TuneRNN(nn.Module):
    def __init__(self, num_tunes, num_notes, hidden_dim):
        super().__init__()
        self.tune = nn.Embedding(num_tunes, hidden_dim)
        self.note = nn.Embedding(num_notes, hidden_dim)
        self.rnn = nn.GRU(hidden_dim, hidden_dim)
        self.fc = nn.Linear(hidden_dim, num_notes)

    def forward(self, tunes, notes):
        out, hidden = self.rnn(self.note(notes).transpose(0, 1), self.tune(tunes)[None])
        return self.fc(out.transpose(0, 1)), hidden


torch.manual_seed(1)
music_model = TuneRNN(13, len(NOTES), 80)
adam = torch.optim.Adam(music_model.parameters(), lr=0.01)
heard = torch.cat([torch.ones(13, 1, dtype=torch.int64), TUNE_ROWS[:, :-1]], dim=1)
for step in range(110):
    logits, _ = music_model(torch.arange(13), heard)
    loss = F.cross_entropy(logits.reshape(-1, len(NOTES)), TUNE_ROWS.reshape(-1), ignore_index=PAD)
    adam.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(music_model.parameters(), 1)
    adam.step()
""",
            "time first, a plain loop; returns a pair",
        ),
        Alternative(
            "lstm",
            """class TuneRNN(nn.Module):
    def __init__(self, num_tunes, num_notes, hidden_dim):
        super().__init__()
        self.h, self.c = nn.Embedding(num_tunes, hidden_dim), nn.Embedding(num_tunes, hidden_dim)
        self.notes = nn.Embedding(num_notes, 24)
        self.lstm = nn.LSTM(24, hidden_dim, batch_first=True)
        self.out = nn.Linear(hidden_dim, num_notes)

    def forward(self, tunes, notes):
        state = self.h(tunes).unsqueeze(0), self.c(tunes).unsqueeze(0)
        return F.log_softmax(self.out(self.lstm(self.notes(notes), state)[0]), -1)


torch.manual_seed(2)
music_model = TuneRNN(len(TUNES), len(NOTES), 64)
fit(music_model, lambda: F.nll_loss(
    music_model(torch.arange(len(TUNES)), F.pad(TUNE_ROWS, (1, 0), value=START)[:, :-1]).transpose(1, 2),
    TUNE_ROWS, ignore_index=PAD), steps=150, rate=0.02)
""",
            "an LSTM, whose first state is a pair; log-probabilities",
        ),
        Alternative(
            "number_at_every_step",
            """class TuneRNN(nn.Module):
    def __init__(self, num_tunes, num_notes, hidden_dim):
        super().__init__()
        self.tunes, self.notes = nn.Embedding(num_tunes, 32), nn.Embedding(num_notes, 32)
        self.gru = nn.GRU(64, hidden_dim, batch_first=True)
        self.following = nn.Linear(hidden_dim, num_notes)

    def forward(self, tunes, notes):
        which = self.tunes(tunes)[:, None].expand(-1, notes.shape[1], -1)
        return self.following(self.gru(torch.cat([self.notes(notes), which], dim=2))[0])


torch.manual_seed(3)
music_model = TuneRNN(len(TUNES), len(NOTES), 72)
tunes = torch.arange(len(TUNES))
heard = F.pad(TUNE_ROWS, (1, 0), value=START)[:, :-1]
fit(music_model, lambda: F.cross_entropy(
    music_model(tunes, heard).transpose(1, 2), TUNE_ROWS, ignore_index=PAD), steps=100, rate=0.015)
""",
            "the number beside each note: more than was asked for, and it plays the tunes as well",
        ),
    ],
    "train_encoder_decoder": [
        Alternative(
            "plain_loop",
            """torch.manual_seed(1)
random.seed(1)
translator = EncoderDecoder(len(DIGITS), len(NUMBER_WORDS), 96)
optimizer = torch.optim.Adam(translator.parameters(), lr=0.012)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 230)
for step in range(230):
    source, target = number_rows(random.choices(train_numbers, k=64))
    loss = F.cross_entropy(translator(source, target).flatten(0, 1), target.flatten(), ignore_index=0)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(translator.parameters(), 1.0)
    optimizer.step()
    schedule.step()
""",
            "a plain loop with a cosine",
        ),
        Alternative(
            "sorted_small",
            """torch.manual_seed(2)
random.seed(2)
translator = EncoderDecoder(len(DIGITS), len(NUMBER_WORDS), 80)


def cost():
    some = random.sample(train_numbers, 80)
    source, target = number_rows(sorted(some))
    log_p = translator(source, target).log_softmax(-1)
    return -log_p.gather(2, target[..., None])[..., 0][target != PAD].mean()


fit(translator, cost, steps=250, rate=0.015)
""",
            "the loss by its formula, a smaller network, larger batches",
        ),
        Alternative(
            "its_own_class",
            """torch.manual_seed(3)
random.seed(3)


class Translator(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Embedding(11, 24), nn.Embedding(len(NUMBER_WORDS), 24)
        self.read, self.write = nn.GRU(24, 96, batch_first=True), nn.GRU(24, 96, batch_first=True)
        self.out = nn.Linear(96, len(NUMBER_WORDS))

    def forward(self, source, target):
        lengths = (source != 0).sum(1)
        packed = nn.utils.rnn.pack_padded_sequence(self.a(source), lengths, batch_first=True, enforce_sorted=False)
        begun = torch.cat([torch.ones_like(target[:, :1]), target[:, :-1]], 1)
        states, last = self.write(self.b(begun), self.read(packed)[1])
        return self.out(states), last


translator = Translator()


def word_loss():
    source, target = number_rows(random.sample(train_numbers, 64))
    return F.cross_entropy(translator(source, target)[0].transpose(1, 2), target, ignore_index=PAD)


fit(translator, word_loss, steps=220, rate=0.015)
""",
            "a class of the answer's own, which returns a pair and has no translate",
        ),
    ],
}
