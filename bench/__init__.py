"""Benchmarks: real runs that print and save their figures (see docs/benchmarks.md)."""
