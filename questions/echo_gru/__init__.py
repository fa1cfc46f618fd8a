"""The hidden checks of 06_echo_gru. The contracts stand in docs/contract.md and in the notebook.

Strings are drawn and logits decoded here, outside the student's code; `test_run` is believed only where it is
itself the question.
"""
