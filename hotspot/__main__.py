"""`python -m hotspot`, for machines where the command is not on the path."""

from hotspot.cli import main

main()
