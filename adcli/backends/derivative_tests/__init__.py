"""Is a derivative right?  Three tests of a Jacobian that share nothing but the program.

Invariant: a verdict is about one input, and names its worst entry.
"""
