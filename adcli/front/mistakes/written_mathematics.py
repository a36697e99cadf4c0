"""Written mathematics: `x sin x`, `|x|`, `sin^-1(x)`, `√x`, `\\frac{x}{2}`, as the language has it.

Invariant: a text that has more than one usual reading, such as `1/2x` or `sin x/2`, gives None.
"""

from __future__ import annotations

import re

from adcli.front.foreign_function_names import in_other_words
from adcli.front.mistakes.foreign_syntax import RAISED
from adcli.front.mistakes.joined_names import factors
from adcli.ops.registry import FUNCTIONS

#: Longer texts are not read, nor are those of several lines.
_LONGEST = 200

#: The left side of `f(x) = x^2`, `y' = 2x`, `dy/dx = 2x`.
_LEFT_SIDE = re.compile(
    r"\s*(?:[A-Za-z]\w*(?:['’′]+(?:\(\w\))?|\(\w(?:\s*,\s*\w)*\))?|d\w/d\w)\s*=\s*(?!=)"
)
_SIGNS = {
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∗": "*",
    "∙": "*",
    "÷": "/",
    "∕": "/",
    "⁄": "/",
    "−": "-",
    "–": "-",
    "{": "(",
    "}": ")",
    "√": " sqrt ",
    "∛": " cbrt ",
    "½": " (1/2) ",
    "⅓": " (1/3) ",
    "⅔": " (2/3) ",
    "¼": " (1/4) ",
    "¾": " (3/4) ",
    "∞": "inf",
    "\u00a0": " ",
    "\u2009": " ",
}
_HIGH = f"[{''.join(RAISED)}]"
_RAISED = str.maketrans(RAISED)
_TEX = [
    (r"\\(?:left|right|displaystyle|,|;|!|quad)", ""),
    (r"\\d?frac\s*\{(\w+)\}\s*\{(\w+)\}", r"(\1/\2)"),
    (r"\\d?frac\s*(\{(?:[^{}]|\{[^{}]*\})*\})\s*(\{(?:[^{}]|\{[^{}]*\})*\})", r"(\1/\2)"),
    (r"\^\{(\d+|[^\W\d]\w*)\}(?=[\w(])", r"^\1 "),
    (r"\^\{(\d+|[^\W\d]\w*)\}", r"^\1"),
    (r"\\(?:cdot|times)\b", "*"),
    (r"\\([A-Za-z]+)", r"\1"),
    (r"^\s*\$+|\$+\s*$", ""),
]

#: The names of which two side by side are a product.
_FACTOR = re.compile(r"[^\W\d_]_?\d*|pi|tau")
_DIFFERENTIAL = re.compile(r"\bd[a-z]\b")

_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*|\.\d+)|([^\W\d]\w*)|(\*\*|[-+*/^(),]))")

#: What may stand behind the argument of `sin x`: with `*`, `/` or `^` there are two readings.
_ENDS = ("+", "-", ")", ",", "")


class _Unclear(Exception):
    """The text has several readings or none."""


def in_the_language(text: str) -> str | None:
    """The text with the operators and brackets that are understood; None if it is unclear."""
    if len(text) > _LONGEST or "\n" in text:
        return None
    left = _LEFT_SIDE.match(text)
    behind = text[left.end() :] if left is not None else text
    if _DIFFERENTIAL.search(behind):
        return None
    try:
        made = _Reader(_without_signs(behind)).read()
    except _Unclear:
        return None
    is_plain = left is not None and made == behind and not re.search("['’′/]", left[0])
    return None if is_plain or made in ("", text.strip()) else made


def _without_signs(text: str) -> str:
    for pattern, replacement in _TEX:
        text = re.sub(pattern, replacement, text)
    text = re.sub("(?<![\\w)])³√", " cbrt ", text)
    if re.search(rf"{_HIGH}\s*(?:\^|\*\*)", text):
        raise _Unclear  # x²^3 is (x^2)^3 or x^(2^3)
    if re.search(r"\d\s*[½⅓⅔¼¾]", text):
        raise _Unclear  # 2½ is 5/2 or 2*(1/2)
    text = re.sub(rf"({_HIGH}++)(?=[\w(])", r"\1 ", text)
    text = re.sub(f"{_HIGH}+", lambda found: _power(found[0].translate(_RAISED)), text)
    text = "".join([_SIGNS.get(sign, sign) for sign in text])
    return re.sub(r"\|([^|]+)\|", r" abs(\1)", text).strip()


def _power(exponent: str) -> str:
    """`^2`, `^-1`, `^x`; with brackets where the exponent is more than a number or a letter."""
    is_one = re.fullmatch(r"-?\d+|[^\W\d]", exponent)
    return f"^{exponent}" if is_one else f"^({exponent})"


class _Reader:
    """Reads a text token by token, with the operators that are left out put in."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, bool]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise _Unclear
            kind = ("number", "name", "sign")[(found.lastindex or 1) - 1]
            word = found[found.lastindex or 1]
            is_apart = found.start(found.lastindex or 1) > at
            if kind == "name":
                for first in _first_factors(word, text[found.end() :]):
                    self.tokens.append((kind, first, is_apart))
                    word, is_apart = word[len(first) :], False
                word = in_other_words(word) or word if word.isalpha() else word
            self.tokens.append((kind, word, is_apart))
            at = found.end()
        self.at = 0

    @property
    def word(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    @property
    def next(self) -> str:
        return self.tokens[self.at + 1][1] if self.at + 1 < len(self.tokens) else ""

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    @property
    def is_apart(self) -> bool:
        """Whether a space stands before the token."""
        return self.at < len(self.tokens) and self.tokens[self.at][2]

    @property
    def is_function(self) -> bool:
        return self.kind == "name" and self.word in FUNCTIONS

    def read(self) -> str:
        made = self.terms()
        if self.word:
            raise _Unclear
        return made

    def terms(self) -> str:
        """Operands with operators between them, up to a closing bracket or the end."""
        made, divided = "", False
        while self.word not in ("", ")"):
            if self.kind == "sign" and self.word != "(":
                stays = self.word in ("^", "**") or made.rstrip()[-1:] in tuple("/^*")
                divided = self.word == "/" or (divided and stays)
                made += f" {self.word} " if self.is_apart and made else self.word
                made += " " if self.word == "," else ""
                self.at += 1
                continue
            if made[-1:].isalnum() or made.endswith((")", "_")):
                made += self.between(made, divided)
            made += self.operand()
        return made.replace("  ", " ")

    def between(self, made: str, divided: bool) -> str:
        """What belongs between two operands: nothing in `2x`."""
        touches = re.search(r"(?<![\w.)])(?:\d+\.?\d*|\.\d+)$", made) and not self.is_apart
        if touches and self.word in ("e", "E") and self.next != "^":
            raise _Unclear  # 2e may begin 2e3
        if touches and self.kind != "number" and self.word not in ("e", "E"):
            return ""
        name = re.search(r"\w+$", made)
        names = [name[0] if name else "x", self.word if self.kind == "name" else "x"]
        if divided or self.kind == "number":
            raise _Unclear
        if not all([n in FUNCTIONS or n[0].isdigit() or _FACTOR.fullmatch(n) for n in names]):
            raise _Unclear
        return "*"

    def operand(self) -> str:
        if self.word == "(":
            return self.group()
        if self.is_function:
            return self.call()
        word, kind = self.word, self.kind
        self.at += 1
        if kind == "name":
            word = _product(word) if self.word == "(" and not self.is_apart else word
            if self.word == "(" and len(word.rstrip("0123456789")) == 1 and word not in "fgh":
                return word
            if self.word == "(" and not word.endswith("*"):
                raise _Unclear
            if word.endswith("*"):
                return f"{word[: word.index('*')]}*{word[word.index('*') + 1 : -1]}{self.group()}"
        return word

    def group(self) -> str:
        """What stands in brackets, with them."""
        if self.word != "(":
            raise _Unclear
        self.at += 1
        made = self.terms()
        if self.word != ")":
            raise _Unclear
        self.at += 1
        return f"({made.strip()})"

    def call(self) -> str:
        """`sin(x)`, `sin x`, `sin^2 x`, `sin^-1(x)`."""
        name, power = self.word, ""
        self.at += 1
        if self.word == "^":
            self.at += 1
            power = self.exponent()
            if power in ("-1", "(-1)"):
                name, power = f"a{name}", ""
                if name not in FUNCTIONS:
                    raise _Unclear
        argument = self.group() if self.word == "(" else f"({self.bare_argument()})"
        return f"{name}{argument}{f'^{power}' if power else ''}"

    def exponent(self) -> str:
        if self.word == "(":
            return self.group()
        sign = ""
        if self.word == "-":
            sign, self.at = "-", self.at + 1
        if self.kind != "number":
            raise _Unclear
        self.at += 1
        return sign + self.tokens[self.at - 1][1]

    def bare_argument(self) -> str:
        """The argument of a function without brackets: `x`, `2x`, `ln(x)`."""
        if self.is_function:
            made = self.call()
        elif self.kind == "name":
            made = self.word
            self.at += 1
        elif self.kind == "number":
            made = self.word
            self.at += 1
            if self.kind == "name" and not self.is_function and not self.is_apart:
                made += self.word
                self.at += 1
        else:
            raise _Unclear
        if self.word not in _ENDS and not self.is_function:
            raise _Unclear
        return made


def _first_factors(word: str, behind: str) -> tuple[str, ...]:
    """The factors before the last of a product that is written as one word: x of `xcos x`, x of
    `xe^x`, π of `πx`."""
    if word not in FUNCTIONS and _is_of_one(word[1:]):
        return (word[0],)
    parts = factors(word)
    is_power = word.endswith("e") and re.match(r"\s*(?:\^|\*\*)", behind)
    is_symbol = parts and (parts[0] == "pi" or not parts[0].isascii())
    return parts[:-1] if is_power or is_symbol else ()


def _is_of_one(word: str) -> bool:
    """Whether a word is a function of one argument: `xcos` is x and cos."""
    row = FUNCTIONS.get(word)
    return row is not None and row.arity == 1


def _product(word: str) -> str:
    """`x*sin*` for `xsin`, whose argument follows; another word as it is."""
    factor, rest = word[:1], word[1:]
    return f"{factor}*{rest}*" if rest in FUNCTIONS and word not in FUNCTIONS else word


#: A power whose exponent is 1, divided by a number or a name.
_POWER_OF_ONE = re.compile(r"([\w.]+|\)) *(\^|\*\*) *(-?1) */ *([\w.]+)")


def powers_of_one(text: str) -> tuple[str, ...]:
    """A note about each power such as `x^1/2`, which is no root."""
    found: dict[str, None] = {}
    for base, sign, exponent, divisor in _POWER_OF_ONE.findall(text):
        power = ("(...)" if base == ")" else base) + sign
        note = (
            f"{power}{exponent}/{divisor} is ({power}{exponent})/{divisor}, as powers bind "
            f"stronger; for the root write {power}({exponent}/{divisor})"
        )
        found[note] = None
    return tuple(found)
