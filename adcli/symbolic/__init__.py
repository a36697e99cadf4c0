"""Symbolic differentiation: expressions as a graph, and formulas for readers.

Numbers: `symbolic_execution` makes a graph of a module, `graph_differentiation` adds derivatives to
it, and `evaluate` gives their values.  Formulas: `canonical` has the form in which like terms meet,
`canonical_derivative_rules` differentiates it, `simplifier` looks for a short form by the rules of
`rewriting`, and `domain_conditions` says where it has a meaning.
"""
