"""The command `unrolled`: one short file a command, arguments in and printing out, the work is done in other rooms.

It stands above everything, and nothing imports it. A command's file imports at its top only what answers --help.
"""
