"""`python -m unrolled`: the same as the command `unrolled`."""

from .cli import main

if __name__ == "__main__":
    main()
