"""`python -m interviewprep` is `interviewprep`."""

from .cli import main

main()
