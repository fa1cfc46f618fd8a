"""The course on disk: where it lies, its masters, and the bundle of everything that marking an assignment needs.

It reads and runs what instructors wrote, never what a student handed in. Reading a master or what a question is worth
takes no torch.
"""
