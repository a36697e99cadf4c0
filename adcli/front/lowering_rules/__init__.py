"""The rules of the language: how each construct of an expression or a script is lowered."""
