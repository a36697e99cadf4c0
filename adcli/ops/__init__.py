"""The table of operations: one row each, read by every pass, engine and printer."""
