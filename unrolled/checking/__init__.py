"""What a check is: a subject to ask, inputs to draw, parity, structure, budgets, and the verdict that comes of them.

`questions/` is written with what stands here. Nothing in it knows of masters, notebooks or nbgrader: a check is told
what it needs.
"""
