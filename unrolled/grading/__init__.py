"""Submissions to marks: notebooks of strangers run with the referee outside, into nbgrader's gradebook.

The only room that handles what students hand in before it is marked. How results look to people is reports'.
"""
