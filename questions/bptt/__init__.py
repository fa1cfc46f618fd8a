"""The hidden checks of 03_bptt. The contracts stand in docs/contract.md and in the notebook.

The first eight questions are NumPy. Numbers are float64, drawn near 1/2 in size where they are weights, with a start
other than zero and nine steps or more: much that is wrong is right for tiny weights or one step.
"""
