"""Mistakes in statements with blocks: branches, loops, and how they are indented."""

from __future__ import annotations

from adcli.front.mistakes.mistake import PROGRAM, Mistake, lines

IN_BLOCKS = (
    Mistake(
        "colon",
        "':' is missing",
        "the line of an 'if', 'for', 'while' or 'def' ends in ':'",
        (
            *lines("if x", "if x == 1", "if 3", "if f(x)", "if (x)", "if x < y", "if x and y"),
            *lines("if x or y", "if not x", "if x + 1", "if x*y", "if x^y", "while x", "while 3"),
            *lines("if x:\n  y\nelse", "if x:\n  y\nelif z", "for i in n", "for i in f(n)"),
            *lines("def f(x)", "def f()", "def f(x) -> float", "def f(x) -> list[float]"),
            *lines("if x\n  y = 1", "for i in range(3)\n  y = 1", "def f(x)\n    return x"),
        ),
        PROGRAM,
    ),
    Mistake(
        "assignment in a condition",
        "'=' assigns and cannot stand in a condition",
        "'==' compares",
        lines("if x = 1: y", "while x = 1: y", "if x + 1 = 2: y", "if f(x) = 2: y", "if 1 = x: y"),
        PROGRAM,
    ),
    Mistake(
        "block",
        "an indented block is missing here",
        "indent the lines that belong to the line above",
        (
            *lines("if x:", "def f(x):\nreturn x", "while x:\ny = 1", "for i in x:\n3"),
            *lines("if x:\n  y\nelse:", "if x:\n  y\nelif z:\ny", "def f():", "def f(x) -> float:"),
        ),
        PROGRAM,
        anywhere=True,
    ),
    Mistake(
        "else of a loop",
        "'else' after a loop is not part of the language",
        None,
        lines("for i in n:\n  x\nelse:\n  y", "while n:\n  x\nelse:\n  y"),
        PROGRAM,
    ),
    Mistake(
        "else alone",
        "'{word}' has no 'if' before it",
        None,
        (
            *lines("else:\n  x", "x = 1\nelse:\n  y", "elif x:\n  y", "x\nelif x:\n  y"),
            *lines("if x:\n  y\nelse:\n  z\nelse:\n  w", "if x:\n  y\nelse:\n  z\nelif q:\n  w"),
            *lines("if x:\n  y\n  else:\n  z"),
        ),
        PROGRAM,
    ),
    Mistake(
        "loop variable",
        "a name must follow 'for'",
        "for example: for i in range(n):",
        lines("for in x: y", "for : y", "for", "for while in x: y"),
        PROGRAM,
    ),
    Mistake(
        "loop in",
        "'in' is missing",
        "for example: for i in range(n):",
        lines("for i: y", "for i = 3: y", "for i", "for i, j: y"),
        PROGRAM,
    ),
    Mistake(
        "else if",
        "'else if' is not part of the language",
        "write 'elif'",
        lines("if x:\n  y\nelse if z:\n  w"),
        PROGRAM,
    ),
    Mistake(
        "block on a line",
        "'{word}' must begin a line of its own",
        None,
        (
            *lines("if x: if y: z", "x; if y: z", "if x: for i in y: z", "x; for i in y: z"),
            *lines("if x: while y: z", "x; while y: z", "if x: def f(): y", "x; def f(): y"),
        ),
        PROGRAM,
    ),
    Mistake(
        "indent",
        "this line is indented for no reason",
        "a block begins after a line that ends in ':'",
        (*lines("  x", "x\n  y", "def f():\n  x\n    y", "if x: y\n  z"), " x"),
        PROGRAM,
    ),
)
