"""A program as Python code sees it: `f = adcli.load("x^2"); f(x=3); f.gradient(x=3)`.

Invariant: everything the command line can do is a call of something here; errors are those of
`adcli.errors`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.backends.base import Matrix, Question
from adcli.backends.choose import NAMES as BACKENDS
from adcli.backends.choose import backend as backend_named
from adcli.depth import deep
from adcli.engines.base import Limits
from adcli.engines.choose import NAMES as ENGINES
from adcli.engines.choose import engine as engine_named
from adcli.errors import TypeFault, UsageError
from adcli.front.lower import Input, Lowered
from adcli.ir.nodes import Module
from adcli.ops.primitive import INT, REAL
from adcli.source import Source

if TYPE_CHECKING:
    from adcli.backends.symbolic import Text
    from adcli.trace.tables import Trace

#: Endings of files that hold programs.
SUFFIXES = (".ad", ".py")


class Result:
    """Values and derivatives, and how they were found.

    `values[i]` is result i, `jacobian[i][x]` its derivative by input x; `errors` likewise estimates
    the error of a derivative, where the backend can.
    """

    __slots__ = ("backend", "engine", "errors", "jacobian", "notes", "values")

    def __init__(
        self,
        values: tuple[float, ...],
        engine: str,
        backend: str | None = None,
        jacobian: tuple[dict[str, float], ...] = (),
        errors: tuple[dict[str, float], ...] | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.values = values
        self.engine = engine
        self.backend = backend
        self.jacobian = jacobian
        self.errors = errors
        self.notes = notes

    def gradient(self, program: Program) -> dict[str, float]:
        """The derivatives of the one result of the program that this is a result of."""
        if len(self.jacobian) != 1:
            raise TypeFault(
                f"a gradient belongs to one result, and there are {len(self.jacobian)}",
                span=program.module.main.span,
                hint="the Jacobian has the derivatives of each: adcli run",
            )
        return self.jacobian[0]


class Formulas:
    """Derivatives as texts: `derivatives[i][x]` is that of result i by input x."""

    __slots__ = ("derivatives", "notes")

    def __init__(self, derivatives: Sequence[dict[str, Text]], notes: tuple[str, ...]) -> None:
        self.derivatives = derivatives
        self.notes = notes

    def by_name(self, part: Callable[[Text], Any]) -> dict[str, Any]:
        """For each input a part of its formula; a list of them if there are several results."""
        names = list(self.derivatives[0])
        if len(self.derivatives) == 1:
            return {name: part(self.derivatives[0][name]) for name in names}
        return {name: [part(row[name]) for row in self.derivatives] for name in names}

    def named(self) -> list[tuple[str, Text]]:
        """The formulas with what tells them apart: nothing, the input, or result and input."""
        if len(self.derivatives) > 1:
            return [
                (f"value{i}/{name}", text)
                for i, row in enumerate(self.derivatives, 1)
                for name, text in row.items()
            ]
        row = self.derivatives[0]
        return [(name if len(row) > 1 else "", text) for name, text in row.items()]


class Program:
    """A function of named numbers that can be evaluated and differentiated.

    The point is given by keywords, one number for each of `inputs`; those with a default may be
    left out.  Methods take `backend`, `engine` and `limits` as the first, positional arguments are
    not accepted.
    """

    def __init__(self, lowered: Lowered, source: Source) -> None:
        self.module = lowered.module
        self.source = source
        self._inputs = lowered.inputs

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs in order."""
        return tuple(i.name for i in self._inputs)

    @property
    def reals(self) -> tuple[str, ...]:
        """The names of the inputs that can be differentiated by."""
        return tuple(i.name for i in self._inputs if i.kind == REAL)

    @property
    def results(self) -> int:
        """How many numbers come out."""
        return len(self.module.main.results)

    def __call__(self, **point: float) -> float | tuple[float, ...]:
        """The value, or the values if there are several."""
        values = self.evaluate(point).values
        return values[0] if len(values) == 1 else values

    def gradient(
        self, *, wrt: Iterable[str] | None = None, backend: str = "auto", **point: float
    ) -> dict[str, float]:
        """The derivative of the one result by each input: `{name: number}`."""
        return self.differentiate(point, wrt=wrt, backend=backend).gradient(self)

    def jacobian(
        self, *, wrt: Iterable[str] | None = None, backend: str = "auto", **point: float
    ) -> list[dict[str, float]]:
        """For each result its derivative by each input."""
        return list(self.differentiate(point, wrt=wrt, backend=backend).jacobian)

    @deep()
    def jvp(self, direction: Mapping[str, float], **point: float) -> tuple[float, ...]:
        """The Jacobian-vector product: the tangent of each result along `direction`, whose missing
        entries are 0."""
        from adcli.passes.forward import forward

        wrt = self.check_wrt(direction)
        args = (
            *self.bind(point),
            *[_number(f"the direction of '{name}'", direction[name]) for name in wrt],
        )
        return self._run(forward(self.module, wrt), args)[self.results :]

    @deep()
    def vjp(self, seed: float | Sequence[float], **point: float) -> dict[str, float]:
        """The vector-Jacobian product: the adjoint of each input for the adjoints `seed` of the
        results."""
        from adcli.passes.reverse import reverse

        seeds = [seed] if isinstance(seed, int | float) else list(seed)
        if len(seeds) != self.results:
            raise UsageError(f"{self.results} results but {len(seeds)} seeds")
        args = (*self.bind(point), *[_number("a seed", s) for s in seeds])
        found = self._run(reverse(self.module, self.reals), args)
        return dict(zip(self.reals, found[self.results :], strict=True))

    def hvp(self, direction: Mapping[str, float], **point: float) -> dict[str, float]:
        """The Hessian of the one result times `direction`, by forward over reverse mode."""
        rows = self._second_order([direction], point)
        return rows[0]

    def hessian(self, **point: float) -> dict[str, dict[str, float]]:
        """The second derivatives of the one result: `{x: {y: number}}`."""
        rows = self._second_order([{name: 1.0} for name in self.reals], point)
        return dict(zip(self.reals, rows, strict=True))

    @deep()
    def _second_order(
        self, directions: Sequence[Mapping[str, float]], point: Mapping[str, Any]
    ) -> list[dict[str, float]]:
        from adcli.passes.forward import forward
        from adcli.passes.reverse import reverse

        if self.results != 1:
            raise TypeFault(
                f"a Hessian belongs to one result, and there are {self.results}",
                span=self.module.main.span,
            )
        wrt = self.reals
        for direction in directions:
            self.check_wrt(direction)
        module = forward(reverse(self.module, wrt), wrt)
        run = engine_named("auto", module, len(directions)).load(module, Limits())
        args = self.bind(point)
        rows = []
        for direction in directions:
            tangents = [
                _number(f"the direction of '{name}'", direction.get(name, 0.0)) for name in wrt
            ]
            found = run((*args, 1.0, *tangents))
            rows.append(dict(zip(wrt, found[len(found) - len(wrt) :], strict=True)))
        return rows

    def _run(self, module: Module, args: Sequence[Any]) -> tuple[float, ...]:
        return engine_named("auto", module).load(module, Limits())(args)

    @deep()
    def formulas(
        self,
        point: Mapping[str, Any] | None = None,
        *,
        wrt: Iterable[str] | None = None,
        order: int = 1,
        limits: Limits | None = None,
    ) -> Formulas:
        """The derivatives of that order as formulas.  A point, or the integers of one, is needed
        only where the program's course depends on it."""
        from adcli.backends.symbolic import derivative_text

        names = self.reals if wrt is None else self.check_wrt(wrt)
        place = self.partly_bound(point or {})
        found, notes = derivative_text(self.module, names, place, order=order, limits=limits)
        return Formulas(found, notes)

    def partly_bound(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments for a point that may leave inputs open; defaults of integers count."""
        self._check_names(point)
        return {
            i.name: self._argument(i, point, False)
            for i in self._inputs
            if i.name in point or (i.kind == INT and i.default is not None)
        }

    @deep()
    def trace(
        self,
        point: Mapping[str, Any],
        *,
        mode: str = "forward",
        wrt: Iterable[str] | None = None,
        result: int = 0,
        limits: Limits | None = None,
    ) -> Trace:
        """The evaluation trace at a point with tangents or adjoints.

        Forward mode runs along the inputs `wrt`, by default the first; reverse mode starts from one
        result and goes back to `wrt`, by default all inputs.
        """
        from adcli.engines.record import record
        from adcli.trace.tables import FORWARD, forward_trace, reverse_trace

        limits = limits or Limits()
        args = self.bind(point, nonfinite=limits.propagate)
        recorded = record(self.module, args, limits)
        reals = [float(v) for v, i in zip(args, self._inputs, strict=True) if i.kind == REAL]
        if mode == FORWARD:
            names = self.reals[:1] if wrt is None else self.check_wrt(wrt)
            seeds = [float(name in names) for name in self.reals]
            return forward_trace(recorded, reals, seeds, limits)
        if result >= self.results:
            raise UsageError(f"there is no result {result + 1}, there are {self.results}")
        names = self.reals if wrt is None else self.check_wrt(wrt)
        seeds = [float(i == result) for i in range(self.results)]
        return reverse_trace(recorded, reals, seeds, limits, names)

    @deep()
    def transformed(self, passes: Iterable[str], wrt: Iterable[str] | None = None) -> Module:
        """The module after the passes `forward` and `reverse`, in order, by the inputs `wrt`."""
        from adcli.passes.forward import forward
        from adcli.passes.reverse import reverse

        names = self.reals if wrt is None else self.check_wrt(wrt)
        module = self.module
        for name in passes:
            module = {"forward": forward, "reverse": reverse}[name](module, names)
        return module

    # -- with every choice open ------------------------------------------------------------------

    @deep()
    def evaluate(
        self, point: Mapping[str, Any], *, engine: str = "auto", limits: Limits | None = None
    ) -> Result:
        """The values at a point."""
        limits = limits or Limits()
        args = self.bind(point, nonfinite=limits.propagate)
        chosen = engine_named(_one_of(engine, ENGINES, "engine"), self.module)
        values = chosen.load(self.module, limits)(args)
        return Result(values, chosen.name)

    @deep()
    def differentiate(
        self,
        point: Mapping[str, Any],
        *,
        wrt: Iterable[str] | None = None,
        backend: str = "auto",
        engine: str = "auto",
        limits: Limits | None = None,
        scheme: str | None = None,
        step: float | None = None,
    ) -> Result:
        """Values and derivatives at a point by any backend and engine."""
        limits = limits or Limits()
        names = self.reals if wrt is None else self.check_wrt(wrt)
        args = self.bind(point, nonfinite=limits.propagate)
        _one_of(backend, BACKENDS, "backend")
        _one_of(engine, ENGINES, "engine")
        if backend != "finite-difference" and not (scheme is None and step is None):
            raise UsageError("a scheme or a step is for the backend finite-difference")
        answering = backend_named(backend, len(names), self.results, scheme=scheme, step=step)
        runs = 20 * len(names) if answering.name == "finite-difference" else 1
        running = engine_named(engine, self.module, runs)
        answer = answering.derivative(Question(self.module, args, names), running, limits)
        errors = None if answer.errors is None else _named(answer.errors, names)
        return Result(
            answer.values,
            running.name,
            answering.name,
            _named(answer.jacobian, names),
            errors,
            answer.notes,
        )

    def check_wrt(self, wrt: Iterable[str]) -> tuple[str, ...]:
        """Names to differentiate by, each a real input."""
        names = tuple(dict.fromkeys(wrt))
        for name in names:
            if name not in self.inputs:
                raise UsageError(
                    f"no input '{name}' to differentiate by", hint=self._inputs_hint(name)
                )
            if name not in self.reals:
                raise UsageError(f"'{name}' is an integer and has no derivative")
        return names

    def bind(self, point: Mapping[str, Any], *, nonfinite: bool = False) -> tuple[Any, ...]:
        """The arguments of the module's entry for the values of a point."""
        self._check_names(point)
        return tuple([self._argument(i, point, nonfinite) for i in self._inputs])

    def _check_names(self, point: Mapping[str, Any]) -> None:
        for name in point:
            if name not in self.inputs:
                raise UsageError(
                    f"'{name}' is given a value but is no input", hint=self._inputs_hint(name)
                )

    def _inputs_hint(self, name: str) -> str:
        from adcli.front.names import suggestion

        if not self.inputs:
            return "there are no inputs"
        return suggestion(name, self.inputs) or f"the inputs are {', '.join(self.inputs)}"

    def _argument(self, wanted: Input, point: Mapping[str, Any], nonfinite: bool) -> Any:
        name = wanted.name
        if name not in point:
            if wanted.default is None:
                raise UsageError(
                    f"the input '{name}' has no value", hint=f"give one with --at {name}=..."
                )
            (value,) = self._run(wanted.default, ())
        else:
            value = point[name]
        if wanted.kind == INT:
            return _integer(name, value)
        return _number(f"'{name}'", value, nonfinite=nonfinite)


def _named(matrix: Matrix, names: tuple[str, ...]) -> tuple[dict[str, float], ...]:
    """The rows of a matrix with names for its columns."""
    return tuple([dict(zip(names, row, strict=True)) for row in matrix])


def _number(what: str, value: Any, *, nonfinite: bool = False) -> float:
    """A real number that somebody gave."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"{what} must be a number, not {_spoken(value)}")
    try:
        found = float(value)
    except OverflowError:
        raise UsageError(f"{what} is too large for a double") from None
    if not (nonfinite or math.isfinite(found)):
        raise UsageError(f"{what} must be a finite number, not {found}")
    return found


def _integer(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"'{name}' must be an integer, not {_spoken(value)}")
    if isinstance(value, float) and not value.is_integer():
        raise UsageError(f"'{name}' must be an integer, not {value}")
    return int(value)


def _spoken(value: Any) -> str:
    kinds = {bool: "a truth value", str: "text", list: "an array", dict: "an object"}
    return "null" if value is None else kinds.get(type(value), type(value).__name__)


def _one_of(name: str, names: Sequence[str], what: str) -> str:
    if name not in names:
        from adcli.front.names import suggestion

        hint = suggestion(name, names) or f"there are {', '.join(names)}"
        raise UsageError(f"unknown {what} '{name}'", hint=hint)
    return name


# -- loading ---------------------------------------------------------------------------------------


def load(program: str | os.PathLike[str]) -> Program:
    """The program in a file (`FILE` or `FILE:NAME`), or the expression that the text is."""
    text = os.fspath(program)
    if not isinstance(program, str) or looks_like_path(text):
        return load_file(text)
    return load_expression(Source(text))


def load_expression(source: Source) -> Program:
    from adcli.front.lower import lower_expression
    from adcli.front.parse import parse_expression

    return Program(lower_expression(parse_expression(source), source), source)


def load_program(source: Source, entry: str | None = None) -> Program:
    from adcli.front.lower import lower_program
    from adcli.front.parse import parse_program

    return Program(lower_program(parse_program(source), source, entry), source)


def load_file(text: str) -> Program:
    """The program in the file `FILE` or `FILE:NAME`."""
    path, entry = split_entry(text)
    return load_program(Source(read_text(path), path), entry)


def split_entry(text: str) -> tuple[str, str | None]:
    """`FILE:NAME` as a path and the name of a function."""
    path, colon, entry = text.rpartition(":")
    if colon and entry.isidentifier() and not os.path.exists(text):
        return path, entry
    return text, None


def looks_like_path(text: str) -> bool:
    """Whether a text names a file rather than being an expression: by its ending or its start, or
    because there is a folder of that name, or a file and the name ends like one."""
    if "\n" in text or len(text) > 4096:
        return False
    path, _ = split_entry(text)
    if path.endswith(SUFFIXES) or path.startswith(("./", "../", "/", "~")):
        return True
    try:
        ending = os.path.splitext(path)[1][1:]
        named = ending.isalpha() and os.path.isfile(path)
        return named or (not path.isidentifier() and os.path.isdir(path))
    except ValueError:
        return False


def read_text(path: str) -> str:
    """The text of a file, which must be UTF-8."""
    try:
        with open(os.path.expanduser(path), "rb") as file:
            return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text (byte {error.start})") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a directory") from None
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UsageError(f"cannot read {path}: {reason or error}") from None
