"""The walls that strangers' code runs behind, and what this machine has of them.

What a process does to itself before it runs a student's code, and what is watched from outside while it does. Needs the
standard library and a Linux kernel alone; nothing in it knows of notebooks, courses or marks.
"""
