"""Plots as data, and their writers: for a terminal and as SVG."""
