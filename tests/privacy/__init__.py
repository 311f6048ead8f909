"""The proof that nothing of a visitor is kept: `python -m tests.privacy` (make privacy)."""
