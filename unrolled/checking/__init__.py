"""What a check is: subject, draws, parity, structure, verdict, diagnosis, audit. Knows nothing of nbgrader."""
