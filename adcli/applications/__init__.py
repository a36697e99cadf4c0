"""What derivatives are for: minimisation, least squares, roots, implicit functions, uncertainty."""
