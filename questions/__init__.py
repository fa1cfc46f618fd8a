"""The instructor's side of each question: its check, and answers that are wrong or right."""
