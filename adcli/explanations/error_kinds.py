"""The kinds of errors, which `adcli.errors` names: what they mean, and what to do."""

from __future__ import annotations

from adcli.explanations.explanation import Explanation

ERRORS = (
    Explanation(
        "usage",
        "The command or the point is wrong.",
        "The program may be right, but the command line does not say enough, or says what does not "
        "fit: an input without a value, a text that is no number, an option that is none.",
        "Read the hint. `adcli help COMMAND` shows the options of a command with examples.",
        'adcli grad "x*y" --at x=1',
        'adcli grad "x*y" --at x=1,y=2',
    ),
    Explanation(
        "syntax",
        "The text is no expression and no program.",
        "A bracket is missing, an operator has no operand, or a word stands where none can. The "
        "caret shows where the text stopped making sense; the mistake may be a little before.",
        "Close every bracket, and put an operator between two factors that are names: x*y.",
        'adcli eval "sin(x" --at x=1',
        'adcli eval "sin(x)" --at x=1',
    ),
    Explanation(
        "name",
        "A name is not known.",
        "A function was called that there is not, or a name of a program is read that nothing "
        "defines. In an expression, names without brackets are its inputs.",
        "Look at the suggestion. `adcli ops` lists the functions that there are.",
        'adcli eval "tg(x)" --at x=1',
        'adcli eval "tan(x)" --at x=1',
    ),
    Explanation(
        "type",
        "A value is of the wrong kind: an array stands where a number must, or the other way "
        "round.",
        "A gradient belongs to one number; sin takes one argument; two arrays are added only if "
        "their shapes fit.",
        "For a program with several results use `adcli jac`, which has a row for each of them.",
        'adcli grad "[x, 2x]" --at x=1',
        'adcli jac "[x, 2x]" --at x=1',
    ),
    Explanation(
        "unsupported",
        "This backend or command cannot do what was asked; another one can.",
        "Each way to a derivative has limits. A formula, for example, needs a program whose course "
        "does not depend on the inputs, or a point that says which course is meant.",
        "Follow the hint: give a point, or choose another backend with --backend.",
        "adcli diff f.py",
        "adcli diff f.py --at x=3",
        ("f.py", "def f(x):\n    while x > 1:\n        x = x / 2\n    return x * x\n"),
    ),
    Explanation(
        "domain",
        "An operation has no value here: it is outside its domain.",
        "The real logarithm is not defined for negative numbers, a quotient not for the divisor 0. "
        "Other programs answer nan, which then spreads; here the run ends where it began.",
        "Choose a point inside the domain. --nonfinite propagate lets nan and inf pass as IEEE "
        "arithmetic does, and a note says where the first one was.",
        'adcli grad "log(x)" --at x=-1',
        'adcli grad "log(x)" --at x=1',
    ),
    Explanation(
        "index",
        "An index is outside its array, or lengths do not match.",
        "Indices count from 0, so the last of n entries has the index n-1.",
        "Look at the length of what --at gives, and at the index that the error names.",
        'adcli eval "x[2]" --at x=[1,2]',
        'adcli eval "x[1]" --at x=[1,2]',
    ),
    Explanation(
        "overflow",
        "A number is too large for a double.",
        "Doubles end near 1.8e308. exp(710) is larger already.",
        "Use a form whose intermediate numbers are smaller, such as log1p(exp(x)) written as "
        "x + log1p(exp(-x)) for large x.",
        'adcli eval "log(1 + exp(x))" --at x=1000',
        'adcli eval "x + log(1 + exp(-x))" --at x=1000',
    ),
    Explanation(
        "undefined",
        "A variable is read, or a function ends, without a value.",
        "On the path that the program takes at this point nothing assigned the variable.",
        "Give the variable a value on every path.",
        "adcli eval f.ad --at x=-1",
        "adcli eval f.ad --at x=1",
        ("f.ad", "def f(x):\n    if x > 0:\n        y = 2x\n    return y\n"),
    ),
    Explanation(
        "raised",
        "The program raises an exception, and nothing in it handles that.",
        "The program itself says with `raise` or `assert` that it has no value at this point.",
        "Choose a point that the program accepts.",
        "adcli eval f.py --at x=-1",
        "adcli eval f.py --at x=1",
        ("f.py", "def f(x):\n    if x < 0:\n        raise ValueError('x < 0')\n    return x\n"),
    ),
    Explanation(
        "not-differentiable",
        "The value exists, the derivative does not.",
        "The slope of sqrt at 0 is infinite. At a kink with two finite slopes there is a note "
        "instead of this error, see kink.",
        "Choose a point beside this one. `adcli plot` shows what the function looks like there.",
        'adcli grad "sqrt(x)" --at x=0',
        'adcli grad "sqrt(x)" --at x=0.01',
    ),
    Explanation(
        "limit",
        "A limit was reached: of steps, of the depth of calls, or of the size of a text.",
        "A loop that never ends would run forever; a number of steps is allowed at most.",
        "If the program is right and long, allow more with --max-steps.",
        "adcli eval f.py --at x=5 --max-steps 1000",
        "adcli eval f.py --at x=1 --max-steps 1000",
        ("f.py", "def f(x):\n    while x > 2:\n        x = x + 1\n    return x\n"),
    ),
    Explanation(
        "missing-extra",
        "An optional package is needed and not installed.",
        "adcli itself needs little. Machine code, some minimisers, PNG pictures and Parquet files "
        "need a package more each.",
        "Install what the hint names: pip install 'adcli[all]' brings all of them.",
        'adcli plot "x^2" --over x=0:1 -o plot.png',
        'adcli plot "x^2" --over x=0:1 -o plot.svg',
    ),
    Explanation(
        "defect",
        "A defect of adcli, not of yours.",
        "Nothing that you type should be able to cause it.",
        "Please report it with the command and the text. ADCLI_DEBUG=1 shows where it happened.",
    ),
)
