"""What a kernel runs before the first cell of a notebook that is marked, and how a cell reads as plain Python.

Only slips are caught here, by words that a student can follow; nothing of it defends anything.
"""

from __future__ import annotations

import ast

# IPython's exit and quit both come to ask_exit, and would end the kernel. A notebook that was written on a GPU asks for
# one in a line of its own, and without one every tensor of it fails, its tests' included.
PREPARED = """
def _prepare():
    import torch
    shell, set_device = get_ipython(), torch.set_default_device
    def ask_exit():
        print("exit() and quit() do nothing while a notebook is marked: the cells below are run.")
    def set_default_device(device):
        if str(device).startswith("cuda") and not torch.cuda.is_available():
            print("set_default_device('cuda') does nothing while a notebook is marked: there is no GPU.")
        else:
            set_device(device)
    shell.ask_exit, torch.set_default_device = ask_exit, set_default_device
_prepare()
del _prepare
"""
ARGUMENT = f"--IPKernelApp.exec_lines={PREPARED}"
_RUN_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")  # cell magics whose cell is code of the notebook's own


def plain_python(source: str) -> str:
    """A cell as Python that can be parsed: `files = !ls`, `nn.Linear?` and magics as the calls that they stand for.

    Else one such line would keep the whole cell from being read. Lines stay where they are.
    """
    lines = ["" if line.lstrip().startswith(("%", "!", "?")) else line for line in source.split("\n")]
    if _parses("\n".join(lines)):  # as it is read anyway
        return source
    body = source
    if source.lstrip().startswith(_RUN_PYTHON):
        _, _, rest = source.lstrip().partition("\n")
        body = "\n" * (source[: len(source) - len(source.lstrip())].count("\n") + 1) + rest
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        leading = len(body) - len(body.lstrip("\n"))
        plain = "\n" * leading + TransformerManager().transform_cell(body.lstrip("\n"))
    except Exception:  # IPython's own reader gives up on some broken cells
        return source
    return plain if _parses(plain) else source


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
        return True
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
