"""Specialisation: the module of a program once the ranks of its inputs are known.

A text may leave open whether an input is a number or an array, and whether a name such as `e` is a
constant or an input.  A point decides; each decision has a module of its own, which is made once.

Invariant: what goes into a module is checked here: every value has the type of its input.  Errors
name the input or the result that they are about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from adcli.engines.interface import Limits
from adcli.engines.registry import engine as engine_named
from adcli.errors import NotFollowed, ProgramError, TypeFault, UsageError, suggestion
from adcli.front.builtin_names import CONSTANTS
from adcli.ir import nodes as ir
from adcli.ir.types import INT, MOST_INDICES, REAL, base, is_array, rank
from adcli.nested_lists import array_name, zeros
from adcli.nested_lists import rank as rank_of
from adcli.point_value_conversion import Extent, Option, as_lists, checked, checked_like, is_option
from adcli.source import Source

if TYPE_CHECKING:
    from adcli.front.lowered_program import Input, Lowered

    class Lower(Protocol):
        """From the ranks of inputs to the program in which they have these."""

        def __call__(self, ranks: Mapping[str, Any], *, exact: bool = False) -> Lowered: ...


#: Values of inputs by name: numbers, lists, lists of lists.
Point = Mapping[str, Any]


class Specialisation:
    """A program whose inputs have given ranks: its module, and what it takes and gives.

    `inputs` are the names of the inputs in order, `reals` those that can be differentiated by: real
    numbers and arrays of them.
    """

    def __init__(
        self, source: Source, lowered: Lowered, exact: Callable[[], Lowered] | None = None
    ) -> None:
        """`exact` makes the program again with integers among its results."""
        self.source = source
        self.lowered = lowered
        self.module: ir.Module = lowered.module
        self.inputs = tuple([i.name for i in lowered.inputs])
        #: the inputs, and the parameters that the point gives a value that is no number
        self.names = (*self.inputs, *lowered.options)
        self.reals = tuple([i.name for i in lowered.inputs if base(i.kind) == REAL])
        self.notes = lowered.notes
        self._exact = exact

    @cached_property
    def exact_module(self) -> ir.Module:
        """The program with integers among its results where Python has them."""
        if self._exact is None or not self.lowered.loses_integers:
            return self.module
        return self._exact().module

    @cached_property
    def unordered_module(self) -> ir.Module:
        """The program that adds up arrays in any order, where this one does as NumPy does."""
        make = self.lowered.in_any_order
        return self.module if make is None else make().module

    @property
    def results(self) -> int:
        """How many values come out, numbers or arrays."""
        return len(self.module.main.results)

    @property
    def result_names(self) -> tuple[str, ...]:
        """What the results are called: `value`; of several the names that are returned, else
        `value1`, `value2`, ..."""
        if self.results == 1:
            return ("value",)
        names = self.lowered.result_names
        if len(set(names)) == self.results:
            return names
        return tuple(f"value{i}" for i in range(1, self.results + 1))

    @property
    def declared(self) -> tuple[str, ...]:
        """The functions of the text that declare their derivative."""
        main = self.module.main
        return tuple(
            [
                name.split(".")[0]
                for name, f in self.module.functions.items()
                if f.rule is not None and f.span is not None and main.span is not None
                and f.span.source is main.span.source
            ]
        )  # fmt: skip

    @property
    def gives_number(self) -> bool:
        """Whether the result is one number."""
        main = self.module.main
        return len(main.results) == 1 and not is_array(main.types[main.results[0]])

    def require_number(self, what: str) -> None:
        """Refuse what belongs to one number if the results are others."""
        if self.gives_number:
            return
        main = self.module.main
        if len(main.results) == 1:
            there = "one number, and the result is an array"
        else:
            there = f"one result, and there are {len(main.results)}"
        hint = "the Jacobian has the derivatives of each: adcli jac"
        raise TypeFault(f"{what} belongs to {there}", span=main.span, hint=hint)

    # -- names -----------------------------------------------------------------------------------

    def check_wrt(self, wrt: Iterable[str], absent: Sequence[str] = ()) -> tuple[str, ...]:
        """Names to differentiate by, each a real input or one of the absent names."""
        names = tuple(dict.fromkeys(wrt))
        for name in names:
            if name in absent:
                continue
            if name not in self.inputs:
                raise UsageError(
                    f"no input '{name}' to differentiate by", hint=self._inputs_hint(name)
                )
            if name not in self.reals:
                raise UsageError(f"'{name}' is an integer and has no derivative")
        return names

    def varied(self, point: Point) -> list[str]:
        """The real inputs that a point gives a value; if it gives none, all that there are.  Others
        keep their defaults."""
        return [name for name in self.reals if name in point] or list(self.reals)

    def check_names(self, point: Point) -> None:
        """Refuse a value for a name that is no input."""
        for name in point:
            if name not in self.names:
                self.refuse_meaning(name)
                joined = _joined(name, point, self.inputs)
                lacking = [n for n in self.inputs if n not in point]
                raise UsageError(
                    f"'{name}' is given a value but is no input",
                    hint=joined or self._inputs_hint(name, lacking),
                )

    def refuse_meaning(self, name: str) -> None:
        """Refuse a value for a name that is no input but stands for something in the text."""
        meaning = self.lowered.meaning(name)
        if meaning is not None:
            hint = self._inputs_hint("")
            raise UsageError(f"{meaning} and cannot be given a value", hint=hint)

    def used_part(self, point: Point) -> tuple[Point, list[str]]:
        """The point without values for which there is no input, and the names of these, so that one
        point serves several programs.

        While an input still lacks a value, such a name may be a typing error: it stays.
        """
        unused = [name for name in point if name not in self.names]
        if not (unused and self.inputs and all(name in point for name in self.inputs)):
            return point, []
        for name in unused:
            self.refuse_meaning(name)
        return {name: point[name] for name in self.names}, unused

    def is_absent(self, name: str) -> bool:
        """Whether a name that could be an input does not occur in an expression or a script."""
        if name in self.inputs or not (self.lowered.is_script and name.isidentifier()):
            return False
        return self.lowered.meaning(name) is None

    def shapes_formulas(self, name: str) -> bool:
        """Whether the value of an input makes a difference to every formula: as an integer, as the
        shape of an array, or because the name is that of a constant otherwise."""
        kinds = {i.name: i.kind for i in self.lowered.inputs}
        return kinds.get(name, REAL) != REAL or name in CONSTANTS

    def _inputs_hint(self, name: str, among: Sequence[str] | None = None) -> str:
        """The input that may have been meant by a name, `among` those that can be, else all."""
        if not self.inputs:
            return NO_INPUTS
        found = suggestion(name, self.inputs if among is None else among)
        return found or f"the inputs are {', '.join(self.inputs)}"

    # -- values ----------------------------------------------------------------------------------

    def bind(self, point: Point, *, nonfinite: bool = False) -> tuple[Any, ...]:
        """The arguments of the module's entry for the values of a point."""
        self.check_names(point)
        inputs = self.lowered.inputs
        missing = [i.name for i in inputs if i.name not in point and i.default is None]
        if missing:
            those = [f"{name}=..." for name in missing[:MOST_NAMES_SHOWN]]
            those += ["..."] * (len(missing) > MOST_NAMES_SHOWN)
            hint = f"give {'one' if len(missing) == 1 else 'all'} with --at {','.join(those)}"
            message = f"the input '{missing[0]}' has no value"
            raise UsageError(message, hint=self._label_hint(missing) or _called(missing) or hint)
        return tuple([_argument(i, point, nonfinite) for i in inputs])

    def _label_hint(self, missing: Sequence[str]) -> str | None:
        """Lines `v: x^2` of a script label results, and give no name to others."""
        span = self.module.main.span
        for name in missing:
            label = rf"^[ \t]*{re.escape(name)}[ \t]*:"
            if name in self.result_names and span and re.search(label, span.source.text, re.M):
                return f"'{name}:' labels a result; write {name} = ..., and {name}: {name} below"
        return None

    def default_values(self, point: Point) -> dict[str, Any]:
        """The values of the inputs that a point leaves to their defaults."""
        return {
            i.name: _argument(i, {}, nonfinite=False)
            for i in self.lowered.inputs
            if i.default is not None and i.name not in point
        }

    def partly_bound(self, point: Point) -> dict[str, Any]:
        """The arguments for a point that may leave inputs open; defaults of integers count."""
        self.check_names(point)
        return {
            i.name: _argument(i, point, nonfinite=False)
            for i in self.lowered.inputs
            if i.name in point or (i.kind == INT and i.default is not None)
        }

    def direction(self, given: Point, wrt: Sequence[str], active: Sequence[Any]) -> list[Any]:
        """A direction as tangents of the inputs `wrt`, whose values are `active`; those that it
        leaves out are 0."""
        what = "the direction of '{}'"
        for name in self.check_wrt(given):
            if name not in wrt:
                raise UsageError(f"{what.format(name)} is given, but it is not differentiated by")
        return [
            checked_like(name, value, given[name], what) if name in given else zeros(value)
            for name, value in zip(wrt, active, strict=True)
        ]

    def seed(self, given: Any, forms: Sequence[Any]) -> list[Any]:
        """A seed as adjoints of the results, which have the forms; those left out are 0."""
        names, given = self.result_names, as_lists(given)
        if isinstance(given, Mapping):
            for name in given:
                if name not in names:
                    raise UsageError(
                        f"no result '{name}' to give a seed",
                        hint=hint_for(name, names, "the results are"),
                    )
            parts = given
        else:
            found = [given] if self.results == 1 else given
            if not isinstance(found, list | tuple) or len(found) != self.results:
                count = len(found) if isinstance(found, list | tuple) else 1
                raise UsageError(f"{self.results} results but {count} seeds")
            parts = dict(zip(names, found, strict=True))
        what = "the seed of '{}'"
        return [
            checked_like(name, form, parts[name], what) if name in parts else zeros(form)
            for name, form in zip(names, forms, strict=True)
        ]


class Specialisations:
    """All specialisations of one program, each made when it is first asked for."""

    def __init__(
        self,
        source: Source,
        lower: Lower,
        input_names: Callable[[], tuple[str, ...]],
        *,
        has_options: bool = False,
        takes_lengths: bool = False,
    ) -> None:
        """`input_names` gives the inputs of a program of which `lower` makes nothing yet.
        `has_options`: an input may also be given a text, a truth value or None.
        `takes_lengths`: the program is another one where axes of arrays are short."""
        self.source = source
        self._lower = lower
        self._input_names = input_names
        self._has_options = has_options
        self._takes_lengths = takes_lengths
        self._rank_of = Extent if takes_lengths else rank_of
        self._made: dict[tuple[tuple[str, object], ...], Specialisation] = {}
        #: the program as its text alone has it; the error if it makes sense for others at most
        self._default: Specialisation | ProgramError
        try:
            self._default = self._specialised({})
        except (TypeFault, NotFollowed) as fault:
            self._default = fault

    @property
    def default(self) -> Specialisation:
        """The program as its text alone has it.  Raises `TypeFault` if it makes no sense so."""
        if isinstance(self._default, ProgramError):
            raise self._default
        return self._default

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs in order."""
        if isinstance(self._default, ProgramError):
            return self._input_names()
        return self._default.inputs

    def for_point(self, point: Point, wrt: Iterable[str] = ()) -> Specialisation:
        """The program with the ranks that the point has.  A name that is a constant otherwise is an
        input if the point or `wrt` has it.

        Raises `TypeFault` if the program makes no sense then.
        """
        names = dict.fromkeys([*point, *map(array_name, wrt)])
        known = self._known_ranks(names)
        ranks: dict[str, int | Option] = {}
        for name in names.keys() & known.keys():
            if self._has_options and name in point and is_option(point[name]):
                ranks[name] = Option(point[name])
            elif name in point or known[name] < 0:
                ranks[name] = self._rank_of(as_lists(point[name])) if name in point else 0
            count = ranks.get(name)
            if isinstance(count, int) and count > MOST_INDICES:
                raise UsageError(f"'{name}' has more than {MOST_INDICES} indices")
        is_made = isinstance(self._default, Specialisation)
        if (is_made or not ranks) and all(known[n] == found for n, found in ranks.items()):
            return self.default
        key = tuple(sorted(ranks.items(), key=lambda item: item[0]))
        if key not in self._made:
            try:
                self._made[key] = self._specialised(ranks)
            except ProgramError:
                if isinstance(self._default, Specialisation) and not self._takes_lengths:
                    _check_ranks(self._default, point, everything=self._has_options)
                raise
            default = self._default
            is_other = isinstance(default, Specialisation) and not default.lowered.always_raises
            if self._made[key].lowered.always_raises and is_other:
                _check_ranks(self.default, point, everything=True)
        return self._made[key]

    def _known_ranks(self, names: Iterable[str]) -> dict[str, int]:
        """How many indices names have that are inputs, as far as the text says; constants that
        could be inputs have -1.  Of a program that makes no sense yet any of the names may be."""
        if isinstance(self._default, ProgramError):
            return {n: -1 if n in CONSTANTS or self._has_options else 0 for n in names}
        lowered = self._default.lowered
        constants = dict.fromkeys(lowered.constants, -1)
        return {**constants, **{i.name: rank(i.kind) for i in lowered.inputs}}

    def _specialised(self, ranks: Mapping[str, int | Option]) -> Specialisation:
        return Specialisation(
            self.source, self._lower(ranks), lambda: self._lower(ranks, exact=True)
        )


def _check_ranks(program: Specialisation, point: Point, *, everything: bool) -> None:
    """Refuse a point with arrays of another rank than the text says; `everything`: an input that
    is a number as the text has it is no array, and no option."""
    for wanted in program.lowered.inputs:
        if wanted.name in point and (everything or wanted.kind != REAL):
            _argument(wanted, point, nonfinite=True)


def _argument(wanted: Input, point: Point, nonfinite: bool) -> Any:
    """The value of an input: that of the point, else its default."""
    name = wanted.name
    if name in point:
        return checked(name, wanted.kind, point[name], nonfinite=nonfinite)
    assert wanted.default is not None, "a missing input was refused before"
    engine = engine_named("auto", wanted.default)
    (value,) = engine.load(wanted.default, Limits())(())
    return checked(name, wanted.kind, value, nonfinite=nonfinite)


#: So many missing inputs a hint names.
MOST_NAMES_SHOWN = 8

#: What a hint says of a program without inputs.
NO_INPUTS = "there are no inputs"


def _joined(name: str, point: Point, inputs: Iterable[str]) -> str | None:
    """What to write if an input is a product or a call that was written as one word: xy, sinx."""
    for word in inputs:
        head = word.removesuffix(name)
        tail = word.removeprefix(name)
        if word not in point and tail in point and tail != word:
            return f"to multiply, write {name}*{tail}: '{word}' is one name"
        if word in point or head in ("", word):
            continue
        from adcli.front.builtin_names import CONSTANTS, known_functions
        from adcli.front.mistakes.joined_names import call

        if head in point or head in CONSTANTS:
            return f"to multiply, write {head}*{name}: '{word}' is one name"
        called = f"{head}({name})" if head in known_functions() else call(word)
        if called:
            return f"write {called}: '{word}' is one name"
    return None


def _called(names: Iterable[str]) -> str | None:
    """What to write if an input without a value is a call that was written as one word: sin2x."""
    from adcli.front.mistakes.joined_names import call

    found = [f"write {meant}: '{name}' is one name" for name in names if (meant := call(name))]
    return found[0] if found else None


def hint_for(name: str, names: Sequence[str], those: str) -> str:
    """The name that may have been meant, else all names that there are."""
    return suggestion(name, names) or f"{those} {', '.join(names)}"


def one_of(name: str, names: Sequence[str], what: str) -> str:
    """The name.  Raises `UsageError` if it is none of `names`."""
    if name not in names:
        raise UsageError(f"unknown {what} '{name}'", hint=hint_for(name, names, "there are"))
    return name
