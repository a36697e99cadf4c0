"""Functions of numbers, as Python has them, in the Python that is followed."""
