"""Mistakes in expressions: brackets without content, arguments, entries, choices, and values that
are missing."""

from __future__ import annotations

from adcli.front.mistakes.mistake import EXPRESSION, PROGRAM, Mistake, lines

IN_EXPRESSIONS = (
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
        "remove what follows the ','; several results are written in brackets: [x, y]",
        ("x,1", "f(x),1", "(x),1", "3,x", "x+1,2", "x*y,z"),
        EXPRESSION,
    ),
    Mistake(
        "tuple",
        "one expression is wanted between parentheses, not several",
        "several results are written in brackets: [x, y]",
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
        "of y = x^2 write x^2 alone; adcli implicit takes equations, '==' compares, and programs "
        "with assignments go in a file",
        ("x = 3", "(x) = 3", "2 = x", "f(x) = 2", "x + 1 = 2", "x*y = 2", "f(3 = x)"),
        EXPRESSION,
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
        "equals inside",
        "'=' cannot stand here",
        "'==' compares",
        ("(x = 3)", "f(x+1 = 3)", "f(3 = x)", "f(f(x) = x)", "(x + 1 = 2)", "x if y = 3 else 2"),
        PROGRAM,
    ),
    Mistake(
        "membership",
        "'in' is not an operator of the language, it belongs to 'for'",
        None,
        lines("x in y", "z = x in y", "if x in y: z", "z = x + 1 in y", "z = f(x) in y"),
        PROGRAM,
    ),
    Mistake(
        "empty statement",
        "there is no statement before ';'",
        "remove it",
        lines("; x", "x;; y", "if x: ; y", "if x:\n  ; y", "x\n; y", "if x:\n  y\n  ; z"),
        PROGRAM,
    ),
    Mistake(
        "value",
        "a value is missing after '{before}'",
        "remove '{before}', or write what stands behind it",
        (
            *lines(
                "x =", "x = y =", "x +=", "x: float =", "x = 1 +", "x = 2 *", "x = 2 ^", "x = -"
            ),
            *lines("x = not", "x = a and", "x = a or", "x = a <", "x = a if", "x = a if b else"),
            *lines("if :", "while :", "if x:\n  y\nelif :", "for i in :"),
        ),
        PROGRAM,
    ),
)
