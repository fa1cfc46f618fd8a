"""The desk: all that is ever put beside a student's code. It looks up, calls and fetches, and knows nothing else.

No expected value, no tolerance and no check may come in here, and nothing that stands above it.
Needs the standard library, NumPy and torch alone, because it must run beside Colab's own versions.
"""
