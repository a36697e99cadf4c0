"""Explanations of the rules that derivations name: derivative of sin, double angle, common factor.

Invariant: what a rule says comes from the row or the identity that derivations use.
"""

from __future__ import annotations

from adcli.explanations.explanation import Explanation
from adcli.ops.registry import TABLE
from adcli.render.general_rule_text import general_text
from adcli.symbolic.node_text import to_text
from adcli.symbolic.rewriting.identities import IDENTITIES
from adcli.symbolic.rewriting.rare_function_identities import RARE_IDENTITIES

_DERIVATIVE = "derivative of "

_FACTORS = 'adcli diff "x^3*exp(x)" --steps'

#: Lines of derivations that no row or identity states: what is done, and a command that shows it.
_REWRITINGS = {
    "like terms and powers": (
        "Terms and powers of the same kind are put together.",
        'adcli simplify "x*x + 2x^2" --steps',
    ),
    "multiply out": ("Products of sums are written as sums.", 'adcli simplify "(x+1)^2-x^2"'),
    "common factor": ("What all terms have as a factor is written in front.", _FACTORS),
    "common factor of some": ("What some terms have as a factor is written in front.", _FACTORS),
    "common denominator": ("Fractions are added.", 'adcli simplify "1/x + 1/(x+1)" --steps'),
    "clear fractions": ("A fraction inside another one is written as one fraction.", ""),
    "cancel": ("A factor of the numerator and of the denominator goes.", ""),
    "factor": ("A polynomial is written as a product.", 'adcli simplify "(x^2-1)/(x-1)" --steps'),
    "numbers in front": ("A number is taken out of a sum or a power.", ""),
    "log of a product": ("log(u*v) is log(u) + log(v) where u and v are positive.", ""),
    "case by case": ("Each branch is differentiated by itself.", 'adcli diff "sin(x) if x > 0 '
                     'else x" --steps'),
    "a constant": ("The derivative of a constant is 0.", 'adcli diff "x + 5" --steps'),
    "derivative of the variable": ("The derivative of x by x is 1.", 'adcli diff "2x" --steps'),
    "u^v = exp(v*log(u))": (
        "A power with the variable in base and exponent is an exponential, by log(u^v) = v*log(u).",
        'adcli diff "x^x" --steps',
    ),
    "exp(v*log(u)) = u^v": (
        "The exponential is written as the power again that it came from.",
        'adcli diff "x^x" --steps',
    ),
    "limit of difference quotients": (
        "At a single point with a branch of its own the derivative is the limit of the slopes.",
        'adcli diff "0 if x == 0 else sin(x)^2/x" --steps',
    ),
}  # fmt: skip


def rule_explanation(text: str) -> Explanation | None:
    """What a rule of a derivation says, by its name as a line has it."""
    name = " ".join(text.split())
    name = name.partition(": ")[2] if name.startswith("chain rule, u = ") else name
    for rule in (name, name.lower()):
        if rule in _REWRITINGS:
            says, example = _REWRITINGS[rule]
            return _explained(rule, says, general_text(rule, "x", to_text), example)
        stated = general_text(rule, "x", to_text)
        if stated:
            row = rule.removeprefix(_DERIVATIVE)
            example = f'adcli diff "{row}(x)" --steps' if _is_called(row) else ""
            return _explained(rule, f"{stated}.", "", example)
        sides = [
            f"{to_text(i.left)} = {to_text(i.right)}"
            for i in (*IDENTITIES, *RARE_IDENTITIES)
            if i.name == rule
        ]
        if sides:
            return _explained(rule, "Both sides are equal wherever the left one has a value.",
                              "; ".join(sides), "")  # fmt: skip
    return None


def _is_called(row: str) -> bool:
    return row in TABLE and TABLE[row].arity == 1


def _explained(name: str, says: str, stated: str, example: str) -> Explanation:
    story = stated and f"{stated}."
    return Explanation(name, says, story, "", example, is_topic=True)
