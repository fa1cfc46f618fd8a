"""Answers that are wrong together, and what they may earn all the same."""

from unrolled.checking.catalogue import Forgery

_CELL, _RNN = "return torch.tanh(from_input + from_memory)", "below = cell(below, states[layer])  # (B, H), read by"

FORGERIES = [
    Forgery(
        "zeros under zeros",
        patches={
            "manual_rnn_cell": (_CELL, "return 0 * torch.tanh(from_input + from_memory)"),
            "manual_rnn": (_RNN, "below = 0 * cell(below, states[layer])  # (B, H), read by"),
        },
        at_most={"manual_rnn_cell": 3, "manual_rnn": 5},
        why="an RNN of zeros agrees with a cell of zeros; neither computes anything",
    ),
    Forgery(
        "zeros once a stack is made",
        patches={
            "manual_rnn_cell": (
                _CELL,
                f"alive = getattr(ManualRNNCell, 'alive', 1.0)\n        {_CELL} * alive",
            ),
            "manual_rnn": (
                "        super().__init__()\n",
                "        super().__init__()\n        ManualRNNCell.alive = 0.0\n",
            ),
        },
        at_most={"manual_rnn": 30},
        why="the cell is right until it is judged; with a right cell in its place the stack is right, and no more",
    ),
    Forgery(
        "a pair that only the stack takes apart",
        patches={
            "manual_rnn_cell": (_CELL, "return torch.tanh(from_input + from_memory), hidden"),
            "manual_rnn": (_RNN, "below, _ = cell(below, states[layer])  # (B, H), read by"),
        },
        at_most={"manual_rnn": 3},
        why="a stack that needs a cell with another result is right with a wrong cell alone",
    ),
]
