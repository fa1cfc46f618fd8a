"""The hidden checks of 04_gradient_flow. The contracts stand in docs/contract.md and in the notebook.

A student's layer keeps its weights as it likes. Where they stand is found from outside (unrolled.checking.probing);
from then on every layer is given the same drawn numbers, so that results, gradients and known mistakes can be
compared across all ways of writing it down.
"""
