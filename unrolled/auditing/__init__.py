"""The tests of the tests: does every check reject what is wrong, accept what is right, and say why?

It marks catalogues and mutants just as marking marks a student's work, and keeps the record of it. No submission and
no notebook run comes in here.
"""
