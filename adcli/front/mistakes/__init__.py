"""Syntax errors: what to say where the parser is stuck, by kind of mistake."""
