"""A notebook's kernel: how one is started, with which settings, and how it is talked to without waiting in vain.

Both building (solutions) and grading (submissions) run notebooks so. Nothing in it knows of courses, checks or marks.
"""
