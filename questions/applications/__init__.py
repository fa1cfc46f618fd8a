"""The hidden checks of 07_applications. The contracts stand in docs/contract.md and in the notebook.

Sentences, names and numbers are drawn and logits decoded here, outside the student's code. What the locked cells of
the notebook make data from stands here once more (checks may not rely on what runs beside the student's code);
tests/functional/test_applications.py holds the two together.
"""
