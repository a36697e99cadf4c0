"""NumPy's arrays as a kind of value, and the functions of NumPy."""
