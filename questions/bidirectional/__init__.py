"""The hidden checks of 05_bidirectional. The contracts stand in docs/contract.md and in the notebook.

Distances and losses are worked out here, from the ids alone; the student's own labels are asked for in one question.
"""
