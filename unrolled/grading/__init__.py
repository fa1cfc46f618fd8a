"""Submissions to marks: the referee, and nbgrader with it in place of its own execution and scores."""
