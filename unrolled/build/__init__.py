"""Masters to releases and solutions, and what is held against both: the lint, the leak scan, the course's page.

Nothing in it has seen a submission; it never imports marking, grading or anything above.
"""
