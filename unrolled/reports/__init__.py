"""What people read when the marking is done: the feedback page, the class's report, exports, answers that are alike.

Made from what grading left in notebooks and gradebook, never from a run; nothing a student wrote is trusted as HTML.
"""
