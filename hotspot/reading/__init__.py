"""Reads a table out of a file that somebody else made: bytes in, lines of text out, whatever the form."""
