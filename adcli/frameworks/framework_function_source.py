"""A recorded run as the source of a Python function in a framework's own words.

Invariant: the function computes what the recording does, operation by operation and in its order;
what the framework does not have under a name of its own is written by its composition.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable, Iterator

from adcli.errors import Unsupported
from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.composition import Composition
from adcli.ops.operations_in_other_libraries import Library
from adcli.ops.primitive import Primitive

#: How a literal is written where a framework's function takes it; operators take plain numbers.
Literal = Callable[[str], str]

#: The names that the code uses itself.
_TAKEN = frozenset(["math", "torch", "jax", "jnp", "np", "special", "autograd", "f", "gradient"])


class Writer:
    """Writes the body of a function for a framework that has a library."""

    def __init__(self, framework: str, library: Library, literal: Literal = str) -> None:
        self._framework = framework
        self._library = library
        self._literal = literal
        self._names: dict[str, str] = {}
        self._taken = set(_TAKEN)

    def function(self, module: ir.Module) -> str:
        """`def f(x1, x2): ...` for a straight-line module; the first result counts.  Raises
        `Unsupported` for an operation that the framework does not have."""
        main = module.main
        for param in main.params:
            self._names[param] = self._free(_identifier(param))
        lines = [*self._lines(module)]
        head = f"def f({', '.join([self._names[p] for p in main.params])}):"
        return "\n".join([head, *[f"    {line}" for line in lines]]) + "\n"

    def _lines(self, module: ir.Module) -> Iterator[str]:
        count = 0
        result = module.main.results[0]
        for stmt in module.main.body:
            assert isinstance(stmt, ir.Let)
            if stmt.target == result:
                yield f"return {self._text(stmt.expr)}"
                return
            if isinstance(stmt.expr, App) and stmt.target not in module.main.results:
                count += 1
                self._names[stmt.target] = self._free(f"v{count}")
                yield f"{self._names[stmt.target]} = {self._text(stmt.expr)}"

    def _free(self, name: str) -> str:
        """A name that nothing else has, from now on taken."""
        while name in self._taken or keyword.iskeyword(name):
            name += "_"
        self._taken.add(name)
        return name

    def _text(self, expr: Expr) -> str:
        if isinstance(expr, Num):
            return number(expr.value)
        if isinstance(expr, Var):
            return self._names[expr.name]
        assert isinstance(expr, App)
        row, args = expr.op, expr.args
        if row is select and isinstance(args[0], Num):
            return self._text(args[1] if args[0].value else args[2])
        assert isinstance(row, Primitive)
        template = self._library.template(row)
        if template is None:
            if isinstance(row, Composition):
                return self._text(row.expanded(args))
            raise Unsupported(
                f"{self._framework} has no {row.name}",
                hint="leave the framework out of --with",
            )
        is_call = "(" in template
        texts = []
        for index, arg in enumerate(args):
            text = self._text(arg)
            if isinstance(arg, Num) and is_call and index not in row.integers:
                text = self._literal(text)
            texts.append(text if _is_atom(text) else f"({text})")
        return template.format(*texts)


def number(value: float) -> str:
    """A literal of Python."""
    return repr(value) if math.isfinite(value) else f'float("{value}")'


def _is_atom(text: str) -> bool:
    return re.fullmatch(r"[\w.]+(?:\([\w., =]*\))?", text) is not None


def _identifier(name: str) -> str:
    """`x_0` for `x[0]`; ASCII, so that every editor shows it."""
    found = re.sub(r"\W+", "_", name).strip("_")
    return found if found.isidentifier() else f"x_{found}"
