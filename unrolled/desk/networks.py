"""Networks that a training can stand on where the notebook's own has a fault: each is a torch.nn layer and its ends."""

from __future__ import annotations

import torch
from torch import nn

LETTERS = 27  # a blank and a … z, as one-hot rows
PAD, START, END = 0, 1, 2


class LetterGRU(nn.Module):
    """(B, T, 27) one-hot letters -> logits (B, T, 27)."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.gru = nn.GRU(LETTERS, hidden_size, batch_first=True)
        self.output = nn.Linear(hidden_size, LETTERS)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.output(self.gru(x)[0])

    @torch.no_grad()
    def test_run(self, s: str) -> str:
        return _spelled(self(_one_hot(s))[0])


class DelayedLetterGRU(nn.Module):
    """(B, T, 27) one-hot letters and (B,) delays -> logits (B, T, 27)."""

    def __init__(self, hidden_size: int, max_delay: int) -> None:
        super().__init__()
        self.hidden_size, self.max_delay = hidden_size, max_delay
        self.gru = nn.GRU(LETTERS, hidden_size, batch_first=True)
        self.heads = nn.Linear(hidden_size, (max_delay + 1) * LETTERS)

    def all_delays(self, x: torch.Tensor) -> torch.Tensor:
        """(B, T, 27) -> (B, T, D + 1, 27)."""
        return self.heads(self.gru(x)[0]).unflatten(-1, (self.max_delay + 1, LETTERS))

    def forward(self, x: torch.Tensor, delays: torch.Tensor) -> torch.Tensor:
        return self.all_delays(x)[torch.arange(len(x), device=x.device), :, delays]

    @torch.no_grad()
    def test_run(self, s: str, delay: int) -> str:
        return _spelled(self(_one_hot(s), torch.tensor([delay]))[0])


def _one_hot(s: str) -> torch.Tensor:
    ids = torch.tensor([0 if c == " " else ord(c) - ord("a") + 1 for c in s], dtype=torch.int64)
    return nn.functional.one_hot(ids, LETTERS).float().unsqueeze(0)


def _spelled(logits: torch.Tensor) -> str:
    return "".join(" " if i == 0 else chr(ord("a") + i - 1) for i in logits.argmax(dim=-1).tolist())


def _packed(rows: torch.Tensor, x: torch.Tensor) -> nn.utils.rnn.PackedSequence:
    lengths = (x != PAD).sum(dim=1).clamp(min=1).cpu()
    return nn.utils.rnn.pack_padded_sequence(rows, lengths, batch_first=True, enforce_sorted=False)


class TextClassifier(nn.Module):
    """(B, T) ids, padded -> logits (B, C)."""

    def __init__(self, vocab_size: int, embedding_dim: int, hidden_dim: int, num_classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.gru = nn.GRU(embedding_dim, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.gru(_packed(self.embedding(x), x))[1][-1])


class Tagger(nn.Module):
    """(B, T) ids, padded -> logits (B, T, C)."""

    both_ways = False

    def __init__(self, vocab_size: int, embedding_dim: int, hidden_dim: int, num_tags: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_dim, batch_first=True, bidirectional=self.both_ways)
        self.fc = nn.Linear((1 + self.both_ways) * hidden_dim, num_tags)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.rnn(_packed(self.embedding(x), x))
        return self.fc(nn.utils.rnn.pad_packed_sequence(states, batch_first=True, total_length=x.shape[1])[0])


class TaggerOfBothWays(Tagger):
    both_ways = True


def tagging_loss(logits: torch.Tensor, tags: torch.Tensor) -> torch.Tensor:
    """The mean cross-entropy of (B, T, C) over the tags (B, T) that are no padding."""
    return nn.functional.cross_entropy(logits.transpose(1, 2), tags, ignore_index=PAD)


class Translator(nn.Module):
    """(B, T) and (B, U) ids, padded -> logits (B, U, V)."""

    def __init__(self, source_size: int, target_size: int, hidden_dim: int) -> None:
        super().__init__()
        self.source, self.target = nn.Embedding(source_size, 16), nn.Embedding(target_size, 16)
        self.encoder = nn.GRU(16, hidden_dim, batch_first=True)
        self.decoder = nn.GRU(16, hidden_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, target_size)

    def encode(self, source: torch.Tensor) -> torch.Tensor:
        """(B, T) -> (1, B, H)."""
        return self.encoder(_packed(self.source(source), source))[1]

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        read = nn.functional.pad(target, (1, 0), value=START)[:, :-1]
        return self.fc(self.decoder(self.target(read), self.encode(source))[0])

    @torch.no_grad()
    def translate(self, source: torch.Tensor, longest: int = 20) -> list[list[int]]:
        state, token, said = self.encode(source), source.new_full((len(source), 1), START), []
        for _ in range(longest):
            states, state = self.decoder(self.target(token), state)
            token = self.fc(states).argmax(dim=-1)
            said.append(token)
        rows = torch.cat(said, dim=1).tolist()
        return [row[: row.index(END)] if END in row else row for row in rows]


class StackedLayers(nn.Module):
    """(B, T, I) -> the top layer's states (B, T, H), every layer's last state (L, B, H)."""

    def __init__(self, input_size: int, hidden_size: int, num_layers: int) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.rnn = nn.RNN(input_size, hidden_size, num_layers, batch_first=True)
        for layer in range(num_layers):  # a second bias is one too many
            bias = getattr(self.rnn, f"bias_hh_l{layer}")
            bias.requires_grad_(False).zero_()

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.rnn(x)


class CharRegressor(nn.Module):
    """(B, T) ids, or (T,) -> numbers (B, T, 1), or (T, 1); states. Reads from both ends."""

    def __init__(self, vocab_size: int, embed_dim: int = 128, hidden_dim: int = 128, num_layers: int = 2) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.rnn = nn.RNN(embed_dim, hidden_dim, num_layers, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * hidden_dim, 1)

    def forward(self, x: torch.Tensor, hidden: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        states, hidden = self.rnn(self.embedding(x), hidden)
        return self.fc(states), hidden
