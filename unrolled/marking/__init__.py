"""Marking one question: run its check on a subject, and name the known mistake that gives the same wrong results.

It does not care whose process the subject lives in. Notebooks, classes and gradebooks are grading's.
"""
