"""Syntax errors by example: what to say where the parser is stuck.

Invariant: every example of a row is refused, and gets that row's sentence.  The tables hold the
state and the kind of word at which each example gets stuck, as lark's `match_examples` has it; so a
row serves all texts that get stuck alike.  What no row covers is told by what was found and what
could have stood there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adcli.errors import SyntaxFault
from adcli.front import lex
from adcli.front.checks_beyond_grammar import shortened
from adcli.ops.registry import FUNCTIONS
from adcli.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from adcli.front.lalr_automaton import State, Stuck, Table
    from adcli.source import Source


@dataclass(frozen=True)
class Mistake:
    """A sentence, a hint, and texts that deserve them.

    `anywhere` means that any word at this state gets the sentence, not only the example's.  In both
    texts `{word}` is the word that cannot stand here and `{before}` the one before it.
    """

    name: str
    message: str
    hint: str | None
    examples: tuple[str, ...]
    grammars: tuple[str, ...] = ("expression", "program")
    anywhere: bool = False


PROGRAM, EXPRESSION = ("program",), ("expression",)


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(text + "\n" for text in texts)


MISTAKES = (
    Mistake("empty", "there is no expression here", "for example: x^2 + sin(x)", ("",), EXPRESSION),
    Mistake(
        "empty parentheses",
        "there is nothing between these parentheses",
        None,
        ("()", "2*()", "f(())", "x^()", "-()", "not ()"),
    ),
    Mistake(
        "one expression",
        "one expression is wanted, not several",
        "remove what follows the ','",
        ("x,1", "f(x),1", "(x),1", "3,x", "x+1,2", "x*y,z"),
        EXPRESSION,
    ),
    Mistake(
        "tuple",
        "one expression is wanted between parentheses, not several",
        None,
        ("(x, y)", "(3, x)", "(x+1, y)", "f((x, y))"),
        EXPRESSION,
    ),
    Mistake(
        "trailing comma",
        "an argument is missing after ','",
        "remove the comma",
        ("f(x,)", "f(x, y,)", "f(k=1,)", "f(x, k=1,)"),
        EXPRESSION,
    ),
    Mistake("missing argument", "an argument is missing before ','", None, ("f(,x)", "f(x,,y)")),
    Mistake(
        "positional after keyword",
        "an argument without a name cannot follow one with a name",
        "write the arguments with names last",
        ("f(k=1, 2)", "f(k=1, (2))", "f(k=1, -x)", "f(k=1, x)", "f(1, k=1, x)", "f(1, k=1, x+1)"),
    ),
    Mistake(
        "index",
        "an index is missing between '[' and ']'",
        "for example: x[0]",
        ("x[]", "f(x)[]", "(x)[]"),
    ),
    Mistake(
        "entry",
        "an entry is missing before ','",
        None,
        ("[,x]", "[x,,y]"),
    ),
    Mistake(
        "attribute",
        "a name must follow '.'",
        None,
        ("x.", "x. + 1", "x.)", "x.(y)", "x..y"),
        anywhere=True,
    ),
    Mistake(
        "attribute of a value",
        "only names have attributes",
        None,
        ("3 .x",),
    ),
    Mistake(
        "assignment",
        "'=' is not part of an expression",
        "'==' compares; programs with assignments go in a file",
        ("x = 3", "(x) = 3", "2 = x", "f(x) = 2", "x + 1 = 2", "x*y = 2", "f(3 = x)"),
        EXPRESSION,
    ),
    Mistake(
        "equals inside",
        "'=' cannot stand here",
        "'==' compares",
        ("(x = 3)", "f(x+1 = 3)", "f(3 = x)", "f(f(x) = x)", "(x + 1 = 2)", "x if y = 3 else 2"),
        PROGRAM,
    ),
    Mistake(
        "conditional without else",
        "a conditional expression needs an 'else'",
        "write a if condition else b",
        (
            "x if y",
            "(x if y)",
            "x if f(y)",
            "x if 3",
            "x if y < 3",
            "x if (y)",
            "x if y+1",
            "f(x if y)",
        ),
    ),
    Mistake(
        "colon",
        "':' is missing",
        "the line of an 'if', 'for', 'while' or 'def' ends in ':'",
        (
            *_lines("if x", "if x == 1", "if 3", "if f(x)", "if (x)", "if x < y", "if x and y"),
            *_lines("if x or y", "if not x", "if x + 1", "if x*y", "if x^y", "while x", "while 3"),
            *_lines("if x:\n  y\nelse", "if x:\n  y\nelif z", "for i in n", "for i in f(n)"),
            *_lines("def f(x)", "def f()", "def f(x) -> float", "def f(x) -> list[float]"),
            *_lines("if x\n  y = 1", "for i in range(3)\n  y = 1", "def f(x)\n    return x"),
        ),
        PROGRAM,
    ),
    Mistake(
        "assignment in a condition",
        "'=' assigns and cannot stand in a condition",
        "'==' compares",
        _lines("if x = 1: y", "while x = 1: y", "if x + 1 = 2: y", "if f(x) = 2: y", "if 1 = x: y"),
        PROGRAM,
    ),
    Mistake(
        "block",
        "an indented block is missing here",
        "indent the lines that belong to the line above",
        (
            *_lines("if x:", "def f(x):\nreturn x", "while x:\ny = 1", "for i in x:\n3"),
            *_lines(
                "if x:\n  y\nelse:", "if x:\n  y\nelif z:\ny", "def f():", "def f(x) -> float:"
            ),
        ),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "else of a loop",
        "'else' after a loop is not part of the language",
        None,
        _lines("for i in n:\n  x\nelse:\n  y", "while n:\n  x\nelse:\n  y"),
        PROGRAM,
    ),
    Mistake(
        "else alone",
        "'{word}' has no 'if' before it",
        None,
        (
            *_lines("else:\n  x", "x = 1\nelse:\n  y", "elif x:\n  y", "x\nelif x:\n  y"),
            *_lines("if x:\n  y\nelse:\n  z\nelse:\n  w", "if x:\n  y\nelse:\n  z\nelif q:\n  w"),
            *_lines("if x:\n  y\n  else:\n  z"),
        ),
        PROGRAM,
    ),
    Mistake(
        "function name",
        "the name of the function must follow 'def'",
        "for example: def f(x):",
        _lines("def (x): y", "def 3(x): y", "def while(x): y", "def", "def class(x): y"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "function parentheses",
        "'(' must follow the name of the function",
        "for example: def f(x):",
        _lines("def f: y", "def f", "def f x: y", "def f = y", "def f[x]: y"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "parameter",
        "only plain parameters are part of the language: names, with an annotation or a default",
        "for example: def f(a, b: float = 2.0):",
        _lines("def f(*a): y", "def f(3): y", "def f(a, *, b): y", "def f((a, b)): y"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "loop variable",
        "a name must follow 'for'",
        "for example: for i in range(n):",
        _lines("for in x: y", "for : y", "for", "for while in x: y"),
        PROGRAM,
    ),
    Mistake(
        "loop in",
        "'in' is missing",
        "for example: for i in range(n):",
        _lines("for i: y", "for i = 3: y", "for i", "for i, j: y"),
        PROGRAM,
    ),
    Mistake(
        "membership",
        "'in' is not an operator of the language, it belongs to 'for'",
        None,
        _lines("x in y", "z = x in y", "if x in y: z", "z = x + 1 in y", "z = f(x) in y"),
        PROGRAM,
    ),
    Mistake(
        "annotation",
        "an annotation is missing after '{before}'",
        "for example: a: float = 0.0",
        _lines("x:", "x: = 3", "def f(x: ): y", "def f() -> : y", "f(x):", "x == 2:"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "else if",
        "'else if' is not part of the language",
        "write 'elif'",
        _lines("if x:\n  y\nelse if z:\n  w"),
        PROGRAM,
    ),
    Mistake(
        "block on a line",
        "'{word}' must begin a line of its own",
        None,
        (
            *_lines("if x: if y: z", "x; if y: z", "if x: for i in y: z", "x; for i in y: z"),
            *_lines("if x: while y: z", "x; while y: z", "if x: def f(): y", "x; def f(): y"),
        ),
        PROGRAM,
    ),
    Mistake(
        "empty statement",
        "there is no statement before ';'",
        "remove it",
        _lines("; x", "x;; y", "if x: ; y", "if x:\n  ; y", "x\n; y", "if x:\n  y\n  ; z"),
        PROGRAM,
    ),
    Mistake(
        "value",
        "a value is missing after '{before}'",
        None,
        (
            *_lines(
                "x =", "x = y =", "x +=", "x: float =", "x = 1 +", "x = 2 *", "x = 2 ^", "x = -"
            ),
            *_lines("x = not", "x = a and", "x = a or", "x = a <", "x = a if", "x = a if b else"),
            *_lines("if :", "while :", "if x:\n  y\nelif :", "for i in :"),
        ),
        PROGRAM,
    ),
    Mistake(
        "import name",
        "the name of a module must follow '{before}'",
        "for example: import math",
        _lines("import", "import 3", "import *", "from", "from 3 import x", "from . import x"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "from import",
        "'import' is missing",
        "for example: from math import sin",
        _lines("from math", "from a.b"),
        PROGRAM,
    ),
    Mistake(
        "imported name",
        "the names to import are missing",
        "for example: from math import sin, cos",
        _lines(
            "from math import", "from math import 3", "from math import (", "from math import sin,"
        ),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "indent",
        "this line is indented for no reason",
        "a block begins after a line that ends in ':'",
        (*_lines("  x", "x\n  y", "def f():\n  x\n    y", "if x: y\n  z"), " x"),
        PROGRAM,
    ),
)

# Single signs and words from elsewhere: what they are called, and what to write instead.
_SIGNS = {
    "√": "write sqrt(x)",
    "∛": "write cbrt(x)",
    "−": "write the minus sign of the keyboard, -",
    "–": "write the minus sign of the keyboard, -",
    "—": "write the minus sign of the keyboard, -",
    "×": "write * to multiply",
    "·": "write * to multiply",
    "⋅": "write * to multiply",
    "∗": "write * to multiply",
    "÷": "write / to divide",
    "⁄": "write / to divide",
    "∕": "write / to divide",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "∞": "write inf",
    "|": "write abs(x) for the absolute value, 'or' for the logical operation",
    "||": "write 'or'",
    "&": "write 'and'",
    "&&": "write 'and'",
    "!": "write gamma(x + 1) for the factorial of x, 'not' for the logical operation",
    "~": "write 'not'",
    "<>": "write !=",
    ":=": "assignments are statements of a program: name = value",
    "=": "'==' compares",
    "{": "write ( and ) to group",
    "}": None,
    "`": "names and numbers need no quotes",
    "$": "names are letters, digits and '_'",
    "?": "write a if condition else b",
    ":": "write a if condition else b",
    "->": None,
    ";": "one expression is wanted; programs go in a file",
    "...": None,
    "\\": "a line goes on where its '\\' is the last character, or inside parentheses",
    "\u00a0": "write an ordinary space",
    "\u202f": "write an ordinary space",
    "\u2009": "write an ordinary space",
    "\u200b": "remove this invisible character",
    "\ufeff": "remove this invisible character",
}
_QUOTES = "‘’“”‚„«»′″"
_NAMED = {"\u00a0": "a no-break space", "\u202f": "a no-break space", "\u2009": "a thin space"}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_WORDS = {
    "lambda": "write a function with 'def' in a program",
    "is": "write ==",
    "in": "membership is no operator here",
    "await": None,
    "print": "a program's result is what it returns",
}
_CLOSING = {")": "(", "]": "[", "}": "{"}
_LAYOUT = {
    "TABS": (
        "tabs and spaces are mixed in a way that has no clear width",
        "indent with spaces only",
    ),
    "UNEVEN": ("this line is indented unlike any block around it", "align it with one of them"),
    "LINE": (
        "an expression ends where its line ends",
        "put it in parentheses, or write a program in a file",
    ),
}


def explain(table: Table, source: Source, words: lex.Words, stuck: Stuck) -> SyntaxFault:
    """The fault to raise where the parser is stuck."""
    return _Place(table, source, words, stuck).fault()


class _Place:
    """The word at which the parser is stuck, and what is around it."""

    def __init__(self, table: Table, source: Source, words: lex.Words, stuck: Stuck) -> None:
        self.table, self.source, self.words = table, source, words
        self.states, self.index = stuck.states, stuck.index
        kinds, texts, starts, ends = words
        self.kind, self.word = kinds[self.index], texts[self.index]
        self.start, self.end = starts[self.index], ends[self.index]
        self.before = texts[self.index - 1] if self.index else ""
        self.name = table.kinds[self.kind]
        if self.name in ("_INDENT", "TABS", "UNEVEN"):  # these have no text: show what follows
            self.end = ends[self.index + 1]

    def fault(self) -> SyntaxFault:
        return (
            self._bracket()
            or self._number()
            or self._never_closed()
            or self._outside()
            or self._example()
            or self._no_operator()
            or self._text()
            or self._expected()
        )

    def _say(
        self,
        message: str,
        hint: str | None = None,
        start: int | None = None,
        end: int | None = None,
    ) -> SyntaxFault:
        at = self.start if start is None else start
        return SyntaxFault(message, span=Span(self.source, at, end or self.end), hint=hint)

    def _open(self, end: int) -> list[int]:
        """Indices of the brackets still open before a word."""
        found: list[int] = []
        for index, word in enumerate(self.words[1][:end]):
            if word in ("(", "[", "{"):
                found.append(index)
            elif word in (")", "]", "}") and found:
                found.pop()
        return found

    def _bracket(self) -> SyntaxFault | None:
        if self.word not in _CLOSING:
            return None
        opened = self._open(self.index)
        if not opened:
            return self._say(f"'{self.word}' has no '{_CLOSING[self.word]}' before it", "remove it")
        begun = self.words[1][opened[-1]]
        if begun != _CLOSING[self.word]:
            return self._say(f"'{self.word}' does not close '{begun}'")
        return None

    def _number(self) -> SyntaxFault | None:
        """`1.2.3`, `012`: what touches a number and cannot belong to it."""
        kinds, _, starts, ends = self.words
        touching = self.index and ends[self.index - 1] == self.start
        after = touching and kinds[self.index - 1] == self.table.kinds.index("NUMBER")
        if self.kind == lex.MALFORMED:
            plain = self.word.replace("_", "").lstrip("0")
            message = f"'{shortened(self.word)}' is not a number"
            return self._say(message, f"write {shortened(plain)}, without a leading zero")
        if after and self.word[:1] in tuple(".0123456789"):
            start = starts[self.index - 1]
            whole = re.compile(r"[\w.]+").match(self.source.text, start)
            end = whole.end() if whole else self.end
            message = f"'{shortened(self.source.text[start:end])}' is not a number"
            return self._say(message, "a number has one decimal point: 1.5", start, end)
        return None

    def _never_closed(self) -> SyntaxFault | None:
        """An open bracket is the reason if nothing closes it and the text or its line is over."""
        opened = self._open(self.index)
        if not opened:
            return None
        start = self.words[2][opened[-1]]
        over = self.name in ("$END", "_NEWLINE", "LINE")
        later = "\n" in self.source.text[start : self.start]
        if not over and not (later and len(self._open(len(self.words[1]))) > 0):
            return None
        return self._say(f"'{self.words[1][opened[-1]]}' is never closed", None, start, start + 1)

    def _outside(self) -> SyntaxFault | None:
        """Words that no rule has."""
        if self.name in _LAYOUT:
            message, hint = _LAYOUT[self.name]
            return self._say(message, hint)
        if self.kind == lex.UNCLOSED:
            quote = re.match(r"[rRuU]?(\"\"\"|'''|.)", self.word)
            end = self.start + (quote.end() if quote else 1)
            return self._say("this quote is never closed", None, None, end)
        if self.kind == lex.TEXT:
            return self._text()
        if self.kind == lex.FOREIGN:
            programs = (
                "def",
                "for",
                "while",
                "return",
                "import",
                "from",
                "pass",
                "break",
                "continue",
            )
            if "_NEWLINE" not in self.table.kinds and self.word in (*programs, "elif"):
                message = f"'{self.word}' is not part of an expression"
                return self._say(message, "programs go in a file")
            return self._say(f"'{self.word}' is not part of the language", _WORDS.get(self.word))
        return self._strange() if self.kind == lex.STRANGE else None

    def _strange(self) -> SyntaxFault:
        """A sign that is not ours, or a name with a character that no name has."""
        good = 0
        while good < len(self.word) - 1 and self.word[: good + 1].isidentifier():
            good += 1
        sign = self.word if self.word in _SIGNS or good == 0 else self.word[good]
        if good == 0 and self.word[:1].isalnum():
            sign = self.word[0]
        start = self.start + (good if len(sign) < len(self.word) else 0)
        hint = _SIGNS.get(sign)
        if sign in _QUOTES:
            hint = "names and numbers need no quotes"
        elif sign.translate(_RAISED) != sign:
            hint = f"write ^{sign.translate(_RAISED)} for a power"
        elif len(sign) == 2 and sign[1] == "=" and hint is None:
            hint = "assignments are statements of a program"
        return self._say(
            f"{_shown(sign)} is not part of the language", hint, start, start + len(sign)
        )

    def _example(self) -> SyntaxFault | None:
        state = self.states[-1].number
        found = {(s, k): index for s, k, index in self.table.mistakes if s == state}
        index = found.get((state, self.kind), found.get((state, 0)))
        if index is None:
            return None
        mistake = MISTAKES[index]
        place = {"word": shortened(self.word), "before": shortened(self.before)}
        hint = mistake.hint.format(**place) if mistake.hint else None
        return self._say(mistake.message.format(**place), hint)

    def _line(self) -> list[str]:
        """The words of this line so far."""
        kinds, texts, _, _ = self.words
        names, begin = self.table.kinds, self.index
        while begin and names[kinds[begin - 1]] not in ("_NEWLINE", "_INDENT", "_DEDENT"):
            begin -= 1
        return texts[begin : self.index]

    def _no_operator(self) -> SyntaxFault | None:
        """Two operands side by side."""
        previous = self.table.kinds[self.words[0][self.index - 1]] if self.index else ""
        if previous not in ("NAME", "NUMBER", "RPAR", "RSQB") or self.name not in (
            "NAME",
            "NUMBER",
            "LPAR",
        ):
            return None
        line = self._line()
        for first, missing in (("for", "in"), ("from", "import")):
            if line[0] == first and missing not in line:
                return self._say(f"'{missing}' is missing here")
        if line[0] in ("def", "import", "from") and ":" not in line:
            return self._say("',' is missing here")
        if self.before in ("match", "print", "case", "type", "exec") and len(line) == 1:
            start, end = self.words[2][self.index - 1], self.words[3][self.index - 1]
            message = f"'{self.before}' is not part of the language"
            return self._say(message, _WORDS.get(self.before), start, end)
        if self.before in FUNCTIONS:
            return self._say("an operator is missing here", f"to call it, write {self.before}(...)")
        left = {"RPAR": "(...)", "RSQB": "[...]"}.get(previous) or shortened(self.before)
        right = "(...)" if self.name == "LPAR" else shortened(self.word)
        return self._say("an operator is missing here", f"to multiply, write {left}*{right}")

    def _text(self) -> SyntaxFault | None:
        if self.name not in ("STRING", "TEXT"):
            return None
        return self._say("text in quotes is not a value of the language", "names need no quotes")

    def _expected(self) -> SyntaxFault:
        found = {
            "$END": "the text ends here",
            "_NEWLINE": "the line ends here",
            "_INDENT": "the line is indented here",
            "_DEDENT": "the block ends here",
        }.get(self.name, f"'{shortened(self.word)}' cannot stand here")
        wanted = _human({kind for kind in self.table.kinds if self._accepts(kind)}, self.table)
        return self._say(f"{found}: expected {wanted}")

    def _accepts(self, name: str) -> bool:
        """Whether a word of this kind could have stood here: try it on the states alone."""
        kind = self.table.kinds.index(name)
        states: list[State] = self.states[-64:]
        while states:
            code = states[-1].raw.get(kind)
            if code is None:
                return False
            if code >= 0:
                return True
            size, origin, *_ = self.table.rules[-1 - code]
            if size >= len(states):
                return True
            del states[len(states) - size :]
            states.append(self.table.states[states[-1].raw[origin]])
        return True


_OPERATORS = {"SIGN", "STAR", "DIVIDE", "MATMUL", "_POWER", "EXCLUSIVE", "COMPARE"}
_OPERATORS |= {"AND", "OR", "IF", "DOT", "LSQB"}
_HUMAN = {
    "$END": "the end",
    "_NEWLINE": "the end of the line",
    "_INDENT": "an indented block",
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "text in quotes",
}


def _human(kinds: set[str], table: Table) -> str:
    """What could have stood here, in words."""
    if "NUMBER" in kinds:
        if "PASS" in kinds:
            return "a statement"
        return "a number, a name or '('"
    words: list[str] = []
    if len(kinds & _OPERATORS) > 2:
        words.append("an operator")
        kinds = kinds - _OPERATORS
    spelled = {table.kinds[kind]: word for word, kind in reversed(table.words.items())}
    for kind in sorted(kinds - {"_DEDENT"}):
        words.append(_HUMAN.get(kind) or f"'{spelled.get(kind, kind.lower())}'")
    words.sort(key=lambda word: (word.startswith("'"), word))
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:]))) or "something else"


def _shown(sign: str) -> str:
    """A character in quotes, or its code where it cannot be seen."""
    if sign in _NAMED:
        return _NAMED[sign]
    if sign.isprintable():
        return f"'{sign}'"
    return f"the character U+{ord(sign[0]):04X}"
