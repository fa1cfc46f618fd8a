"""The doctor: whatever was handed in becomes a notebook that can be marked, or is refused in a sentence.

What nbgrader or a kernel reads is built anew from the master; of the student's file only answers and own cells are
kept. Nothing here runs anything, and nothing follows a link.
"""
