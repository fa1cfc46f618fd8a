"""The task: its sizes, its letters and their echo, and how much of it has to be right."""

import torch

N, DELAY, MAX_DELAY = 26, 4, 8
FAR = 64  # letters; strings as long as that are drawn for what is cut, begun anew or left out on the way

GOAL, FLOOR = 0.99, 0.95  # on average; at each delay, and for blanks and edges. The references reach 0.999 and more,
# a network that guesses 0.04.

CHANCE = 0.2  # with other weights nothing may be left of the echo; 0.04 on average, 0.1 at the most


def drawn_letters(case, *size):
    """Letters 1 … 26, each equally likely."""
    return torch.randint(1, N + 1, size, generator=case.generator)


def text_of(letters):
    return "".join(chr(ord("a") + i - 1) if 1 <= i <= N else " " for i in letters.tolist())


def echo_of(letters, delays):
    """What should come out for each row's own delay: (B, T)."""
    place = torch.arange(letters.shape[1]) - delays.unsqueeze(1)  # (B, T): where each output comes from
    return torch.where(place >= 0, letters.gather(1, place.clamp(min=0)), 0)


def asked(delays, several):
    return delays if several else None
