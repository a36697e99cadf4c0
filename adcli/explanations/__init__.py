"""What errors and notes mean: for each code a story, an example, and what to do."""
