"""The cell's parameters by torch's names, and results that are pairs."""

CELL_PARAMETERS = {"W_ih": "weight_ih", "b_ih": "bias_ih", "W_hh": "weight_hh", "b_hh": "bias_hh"}


def pair(fetched):
    """(output, hidden) of a fetched result; what came instead stands in for both."""
    if isinstance(fetched, tuple | list) and len(fetched) == 2:
        return fetched
    return fetched, fetched
