"""`python -m sanzhi` is the command line."""

from sanzhi.cli import main

main()
