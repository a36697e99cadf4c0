r"""LaTeX as one sets it by hand: brackets of one size around what is as high as a line, and slashes
for fractions in exponents.

`\sin\left(x\right)` has a space behind the name of the function that `\sin(x)` has not, and TeX
breaks no line between \left and \right.
"""

from __future__ import annotations

import re

#: Brackets that grow, and what they must grow for.
_TOKENS = re.compile(r"(\\left[(\[]|\\right[)\]]|\\(?:frac|sqrt|begin)(?![a-zA-Z]))")

_FRACTION = r"\frac{"


def typeset(latex: str) -> str:
    r"""A formula with `(` for `\left(` and `a/b` for `\frac{a}{b}`, where that reads as well."""
    return _brackets(_exponents(latex) if _FRACTION in latex else latex)


def _brackets(latex: str) -> str:
    pieces = _TOKENS.split(latex)
    opened: list[int] = []
    high: list[bool] = []  # of each that is open, whether it encloses something high
    for i in range(1, len(pieces), 2):
        token = pieces[i]
        if token.startswith(r"\left"):
            opened.append(i)
            high.append(False)
        elif token.startswith(r"\right"):
            first, is_high = opened.pop(), high.pop()
            if not is_high:
                pieces[first], pieces[i] = pieces[first][-1], token[-1]
            elif high:
                high[-1] = True
        elif high:
            high[-1] = True
    return "".join(pieces)


def _exponents(latex: str) -> str:
    """Slashes in exponents; those of an exponent's exponents stay as they are."""
    out: list[str] = []
    at = 0
    while (start := latex.find("^{", at)) >= 0:
        end = _closing(latex, start + 2)
        out += [latex[at : start + 2], _sloped(latex[start + 2 : end])]
        at = end
    return "".join([*out, latex[at:]])


def _sloped(exponent: str) -> str:
    """An exponent with a slash in each of its terms that is a fraction."""
    terms = re.split(r"( [+-] )", exponent)
    if any(term.count("{") != term.count("}") for term in terms):
        terms = [exponent]
    return "".join([_slash(term) for term in terms])


def _slash(term: str) -> str:
    sign, _, rest = term.rpartition(_FRACTION) if term.count(r"\frac") == 1 else ("", "", "")
    if sign not in ("", "-") or not rest:
        return term
    end = _closing(rest, 0)
    above, below = rest[:end], rest[end + 2 : -1]
    if _closing(rest, end + 2) != len(rest) - 1:
        return term
    below = rf"\left({below}\right)" if re.search(r"[ ,]", below) else below
    above = rf"\left({above}\right)" if re.search(r" [+-] ", _outside(above)) else above
    return f"{sign}{above}/{below}"


def _outside(text: str) -> str:
    """A text without what its brackets enclose."""
    return re.sub(r"\\left\(.*\\right\)|\{.*\}", "", text)


def _closing(text: str, start: int) -> int:
    """Where the brace closes that was opened before `start`."""
    depth = 1
    for match in re.compile(r"\\.|[{}]").finditer(text, start):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return match.start()
    return len(text)
