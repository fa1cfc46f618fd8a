"""The tokens that every vocabulary begins with, the letters of names, and rows that are padded."""

import torch

PAD, START, END = 0, 1, 2

NAME_CHARS = ["<pad>", "^", "$", *"abcdefghijklmnopqrstuvwxyz"]


def padded(rows):
    longest = max(len(row) for row in rows)
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
