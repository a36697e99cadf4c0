"""Mistakes in functions, annotations and imports."""

from __future__ import annotations

from adcli.front.mistakes.mistake import PROGRAM, Mistake, lines

IN_DEFINITIONS = (
    Mistake(
        "function name",
        "the name of the function must follow 'def'",
        "for example: def f(x):",
        lines("def (x): y", "def 3(x): y", "def while(x): y", "def", "def class(x): y"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "function parentheses",
        "'(' must follow the name of the function",
        "for example: def f(x):",
        lines("def f: y", "def f", "def f x: y", "def f = y", "def f[x]: y"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "parameter",
        "only plain parameters are part of the language: names, with an annotation or a default",
        "for example: def f(a, b: float = 2.0):",
        lines("def f(*a): y", "def f(3): y", "def f(a, *, b): y", "def f((a, b)): y"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "annotation",
        "an annotation is missing after '{before}'",
        "for example: a: float = 0.0",
        lines("x:", "x: = 3", "def f(x: ): y", "def f() -> : y", "f(x):", "x == 2:"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "import name",
        "the name of a module must follow '{before}'",
        "for example: import math",
        lines("import", "import 3", "import *", "from", "from 3 import x", "from . import x"),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "from import",
        "'import' is missing",
        "for example: from math import sin",
        lines("from math", "from a.b"),
        PROGRAM,
    ),
    Mistake(
        "imported name",
        "the names to import are missing",
        "for example: from math import sin, cos",
        lines(
            "from math import", "from math import 3", "from math import (", "from math import sin,"
        ),
        PROGRAM,
        anywhere=True,
    ),
)
