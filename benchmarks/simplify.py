"""Simplified derivatives beside those of SymPy: how long, and in what time.

    python benchmarks/simplify.py [FILE]

FILE has one expression a line, `expression` or `expression <tab> variable`; without it the classic
ones below are taken, and the variable is x.  Needs SymPy.  Both sides run in one process, without
the time to start, and each has read the expression before; SymPy's time is that of
`simplify(diff(...))`, which has a minute for each.
"""

from __future__ import annotations

import signal
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sympy

import adcli
from adcli.symbolic.node_text import operations

CLASSIC = [
    "64*x*(1 - x)*(1 - 2*x)^2*(1 - 8*x + 8*x^2)^2", "x^2", "1/x^3", "3*x^2 + 2*x + 1",
    "x*(x + 1)^3", "2*x/(3*x + 2)", "(x^2 + 1)/(x^2 - 1)", "exp(2*x)", "x^2*exp(-x)",
    "exp(exp(x))", "exp(x)*(sin(x) - cos(x))/2", "x*log(x) - x", "log(x)^2", "log(log(x))",
    "log(x + sqrt(x^2 + 1))", "log((1 + x)/(1 - x))/2", "sin(x)", "sin(x)^2", "x*sin(x) + cos(x)",
    "log(cos(x))", "sin(sin(sin(x)))", "sin(x)/(1 + cos(x))", "log(x)*sin(x)^2", "atan(2*x)",
    "atan(sqrt(x))", "x*asin(x) + sqrt(1 - x^2)", "atan((1 + x)/(1 - x))", "cosh(x)", "atanh(x)",
    "log(cosh(x))", "sin(x)^sin(x)", "x^x", "(1 + 1/x)^x", "x*sqrt(1 - x^2)", "sqrt(x + sqrt(x))",
    "1/(1 + exp(-x))", "exp(-x^2/2)", "erf(x)",
]  # fmt: skip
LIMIT = 60


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = run()
    return time.perf_counter() - start, found


def ours(text: str, variable: str) -> tuple[float, int, str]:
    f = adcli.load(text)
    took, formula = timed(lambda: f.formulas(wrt=[variable]).rows[0][variable])
    return took, formula.operations, formula.text


def theirs(text: str, variable: str) -> tuple[float, int | None]:
    """SymPy's time, and the operations of what it found; none if it was not done in time."""
    expr = sympy.sympify(text.replace("^", "**"))

    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT)
    try:
        took, found = timed(lambda: sympy.simplify(sympy.diff(expr, variable)))
    except TimeoutError:
        return LIMIT, None
    finally:
        signal.alarm(0)
    return took, count(str(found))


def count(text: str) -> int:
    """The operations of SymPy's text, counted as ours are, as it stands."""
    from adcli.symbolic.shared_expression_graph import Graph
    from adcli.symbolic.symbolic_execution import unfold

    f = adcli.load(text.replace("**", "^"))
    graph = Graph()
    (node,) = unfold(graph, f.module, {}, 10**6, 1000).results
    return operations(node)


def main() -> None:
    lines = CLASSIC
    if len(sys.argv) > 1:
        lines = [line for line in Path(sys.argv[1]).read_text().splitlines() if line.strip()]
    cases = [
        (text, variable or "x") for text, _, variable in (line.partition("\t") for line in lines)
    ]
    ours("x", "x")  # the imports
    sympy.simplify(sympy.diff("x*sin(x)", "x"))
    rows = [(text, ours(text, v), theirs(text, v)) for text, v in cases]
    print("| expression | adcli, ms | operations | SymPy, ms | operations |\n|---|---|---|---|---|")
    for text, (took, size, _), (long, theirs_size) in rows:
        print(f"| `{text}` | {took * 1e3:.1f} | {size} | {long * 1e3:.0f} | {theirs_size or '–'} |")
    mine, sympys = [r[1][0] for r in rows], [r[2][0] for r in rows]
    sizes = [(r[1][1], r[2][1]) for r in rows if r[2][1] is not None]
    print(
        f"\nadcli {sum(mine):.3f} s (median {statistics.median(mine) * 1e3:.1f} ms), "
        f"SymPy {sum(sympys):.2f} s (median {statistics.median(sympys) * 1e3:.1f} ms): "
        f"{sum(sympys) / sum(mine):.0f} times as long; "
        f"{sum(a for a, _ in sizes)} operations against {sum(b for _, b in sizes)}"
    )


if __name__ == "__main__":
    main()
