"""Attacks on a running bot: `python -m tests.attack` (make attack)."""
