"""Figures on held-out texts: `make eval`."""
