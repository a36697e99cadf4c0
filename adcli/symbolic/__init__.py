"""Symbolic differentiation: expressions as a graph, the rows' rules, light simplification.

`graph` makes nodes, `unfold` makes them from a module, `diff` differentiates, `collect` tidies up
for readers, `evaluate` gives numbers and `text` text.
"""
