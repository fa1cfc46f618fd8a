"""How much of a submission is looked at, copied and shown. Each is some ten times what honest work comes to."""

from __future__ import annotations

MEBIBYTE = 2**20

# --- looking ---------------------------------------------------------------------------------------------
DEPTH = 6  # folders below the submission's own
ENTRIES = 3000  # names that are looked at in a folder or an archive, before the rest is left alone
CANDIDATES = 40  # files that are opened to see whether they are notebooks
NOTEBOOK_BYTES = 100 * MEBIBYTE  # outputs included, which are thrown away
NESTING = 200  # brackets within brackets; a notebook has fewer than ten

# --- what is kept of a notebook -----------------------------------------------------------------------------
CELLS = 2000
CODE_CHARACTERS = 2_000_000
TEXT_CHARACTERS = 30_000_000  # Colab puts pictures into the text itself

# --- files that go along ------------------------------------------------------------------------------------
FILES = 200
FILE_BYTES = 20 * MEBIBYTE
ALL_BYTES = 50 * MEBIBYTE

# --- what a cell shows --------------------------------------------------------------------------------------
CELL_CHARACTERS = 20_000
CELL_LINES = 1000
CELL_FIGURES = 20
CELL_BOXES = 50
FIGURE_CHARACTERS = 1_000_000  # of one figure as it stands in the file, whatever it is made of
# --- and all cells together -----------------------------------------------------------------------------------
ALL_CHARACTERS = 400_000
ALL_FIGURE_CHARACTERS = 4_000_000
