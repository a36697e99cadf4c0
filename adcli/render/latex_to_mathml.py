"""MathML from the LaTeX that adcli writes: fractions, roots, powers, brackets, cases, names.

Invariant: LaTeX is written in one place, `adcli.ops.expression_latex`; this only translates it.  A
command that is not known becomes a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from html.entities import name2codepoint

_TOKENS = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)

#: Commands that are operators; letters and brackets have the names of HTML's entities.
_OPERATORS = {
    "cdot": "⋅",
    "times": "×",
    "le": "≤",
    "ge": "≥",
    "neq": "≠",
    "land": "∧",
    "lor": "∨",
    "lnot": "¬",
    "oplus": "⊕",
    "bmod": "mod",
    "partial": "∂",
    "to": "→",
}
_BRACKETS = {"lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lbrace": "{"}
_NAMED = frozenset(["operatorname", "mathrm", "mathit", "mathsf", "textit"])
#: The space beside the name of a function: ln u, x sin(y).
_THIN = '<mspace width="0.17em"/>'

_BLANK = "\u00a0"
_END = ""


def mathml(latex: str) -> str:
    """A formula as a `math` element."""
    return f'<math displaystyle="true">{_row(_Reader(latex).sequence(_END))}</math>'


class _Reader:
    """Reads tokens one by one."""

    def __init__(self, latex: str) -> None:
        self._tokens = list(_TOKENS.findall(latex))
        self._at = 0

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _skip_space(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def sequence(self, *stops: str) -> list[str]:
        """Elements up to one of some tokens, which stays."""
        found: list[str] = []
        while True:
            self._skip_space()
            token = self._peek()
            if token in stops or token == _END:
                return found
            item = self._item()
            is_function = item == f"<mi>{token[1:]}</mi>"
            if is_function and found and not found[-1].startswith("<mo"):
                found.append(_THIN)
            found.append(self._scripted(item))
            self._skip_space()
            if is_function and self._peek() not in (*stops, _END, "(", r"\left"):
                found.append(_THIN)

    def _scripted(self, base: str) -> str:
        """An element with what stands above and below it."""
        below = above = ""
        while self._peek() in ("^", "_"):
            if self._next() == "^":
                above = self._argument()
            else:
                below = self._argument()
        if above and below:
            return f"<msubsup>{base}{below}{above}</msubsup>"
        if above:
            return f"<msup>{base}{above}</msup>"
        return f"<msub>{base}{below}</msub>" if below else base

    def _argument(self) -> str:
        self._skip_space()
        return self._item()

    def _item(self) -> str:
        token = self._next()
        if token == "{":
            return _row(self._closed(self.sequence, "}"))
        if token[:1] == "\\":
            return self._command(token[1:])
        if token == "(":
            inside = "".join(self._closed(self.sequence, ")"))
            return f"<mrow><mo>(</mo>{inside}<mo>)</mo></mrow>"
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return f"<mi>{escape(token)}</mi>"
        return f"<mo>{escape(token.replace('-', '−'))}</mo>"

    def _closed(self, read: Callable[[str], list[str]], stop: str) -> list[str]:
        found = read(stop)
        self._next()
        return found

    def _command(self, name: str) -> str:
        if name == "frac":
            return f"<mfrac>{self._argument()}{self._argument()}</mfrac>"
        if name == "sqrt":
            return self._root()
        if name == "left":
            return self._bracketed()
        if name in _NAMED:
            return f"<mi>{escape(self._words())}</mi>"
        if name == "text":
            words = self._words()
            begins, ends = words[:1] == " ", words[1:][-1:] == " "
            # MathML drops blanks at the ends of a text
            return f"<mtext>{_BLANK * begins}{escape(words.strip())}{_BLANK * ends}</mtext>"
        if name == "begin":
            return self._cases()
        if name in _OPERATORS:
            return f"<mo>{_OPERATORS[name]}</mo>"
        if not name.isalpha():
            return '<mspace width="0.3em"/>' if name in ",;: " else f"<mo>{escape(name)}</mo>"
        return f"<mi>{'∞' if name == 'infty' else _letter(name)}</mi>"

    def _root(self) -> str:
        if self._peek() != "[":
            return f"<msqrt>{self._argument()}</msqrt>"
        self._next()
        index = _row(self._closed(self.sequence, "]"))
        return f"<mroot>{self._argument()}{index}</mroot>"

    def _bracketed(self) -> str:
        left = self._bracket()
        inside = "".join(self._closed(self.sequence, r"\right"))
        return f"<mrow>{left}{inside}{self._bracket()}</mrow>"

    def _bracket(self) -> str:
        self._skip_space()
        token = self._next()
        sign = _BRACKETS.get(token[1:], token) if token[:1] == "\\" else token
        return "" if sign == "." else f'<mo fence="true">{escape(sign)}</mo>'

    def _words(self) -> str:
        """The text of a group, without its braces."""
        self._skip_space()
        depth, found = 0, ""
        while True:
            token = self._next()
            depth += (token == "{") - (token == "}")
            if depth == 0 or token == _END:
                return found
            if token not in "{}$":
                found += _letter(token[1:]) if token[:1] == "\\" else token

    def _cases(self) -> str:
        """`\\begin{cases} a & \\text{if } b \\\\ ... \\end{cases}`."""
        self._words()
        rows, cells = [], []
        while True:
            cells.append(f"<mtd>{_row(self.sequence('&', chr(92) * 2, chr(92) + 'end'))}</mtd>")
            stop = self._next()
            if stop == "&":
                continue
            rows.append(f"<mtr>{''.join(cells)}</mtr>")
            cells = []
            if stop != r"\\":
                break
        self._words()
        return f'<mrow><mo fence="true">{{</mo><mtable>{"".join(rows)}</mtable></mrow>'


def _letter(name: str) -> str:
    """The letter of a command such as alpha; other names as they are."""
    found = name2codepoint.get(name)
    return chr(found) if found else name


def _row(elements: list[str]) -> str:
    """One element of several."""
    return elements[0] if len(elements) == 1 else f"<mrow>{''.join(elements)}</mrow>"
