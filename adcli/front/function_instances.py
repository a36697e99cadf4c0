"""Instances of a program's functions: one for each list of argument types in its calls.

Invariant: a function of the program becomes one IR function for each combination of argument types,
so an integer stays an integer wherever Python keeps it one.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.front.function_lowering import function, head_span
from adcli.front.lowering_rules.frame import Frame
from adcli.ir.types import BOOL, INT, MOST_INDICES, array_of, rank

if TYPE_CHECKING:
    from typing import Literal

    from adcli.front.prelude_loader import Prelude
    from adcli.front.script_top_level import ScriptFile
    from adcli.front.top_level_scope import Definition
    from adcli.front.typed_builder import TypedBuilder
    from adcli.ir import nodes as ir

    #: What a function is to return: anything, numbers, or real numbers in the place of integers.
    Wanted = Literal["anything", "numbers", "reals"]

#: A function is made for no more combinations of argument types than this.
MOST_INSTANCES = 300


class Instance:
    """A definition for given argument types, with the types that are found for it."""

    def __init__(
        self,
        definition: Definition,
        kinds: tuple[str, ...],
        name: str,
        at: int | None,
        *,
        gives_numbers: bool,
    ) -> None:
        self.at = at
        #: whether its results are made real, as those of the entry are
        self.gives_numbers = gives_numbers
        self.definition = definition
        self.kinds = kinds
        self.name = name
        self.stable: dict[str, str] = {}
        self.wanted_flags: set[str] = set()
        self.result_kinds: tuple[str, ...] = (INT,)
        #: the types that arrays among the parameters and the results must have for others' sake
        self.grown: dict[int, str] = {}
        self.wanted: dict[int, str] = {}
        #: whether they are known, or guessed from the text for a call inside the function itself
        self.is_known = False
        self.is_settled = False
        self.was_asked = False

    def state(self) -> object:
        """What is known of it after a pass."""
        types = tuple(sorted(self.stable.items())), tuple(sorted(self.wanted_flags))
        others = tuple(sorted(self.grown.items())), tuple(sorted(self.wanted.items()))
        return types, others, self.result_kinds, self.is_known, self.is_settled


class Program:
    """The instances of a program's functions, and the code of those that a pass has reached."""

    def __init__(self, file: ScriptFile) -> None:
        self.file = file
        self.instances: dict[tuple[object, ...], Instance] = {}
        #: whether the present pass finds types and leaves no code
        self.types_alone = False
        self._forget()

    def _forget(self) -> None:
        self.functions: dict[str, ir.Function] = {}
        #: the variables that hold lists which calls would share in Python, and what these are
        self.shared: dict[tuple[str, str], str] = {}
        self.shared_makers: list[ir.Stmt] = []
        #: whether the pass has found a type to be wider, or results to be others
        self.changed = False
        self.loses_integers = False
        self._opening: set[str] = set()

    def followed(self, definition: Definition, wanted: Wanted, *, types_alone: bool) -> Instance:
        """Go through the program once, from its entry; the instance that this is.

        Raises `Claim` if a parameter turns out to be an integer or an array.
        """
        self._forget()
        self.types_alone = types_alone
        for instance in self.instances.values():
            instance.was_asked = False
        kinds = tuple([definition.kind_of(p) for p in definition.parameters])
        return self.instance(definition, kinds, results=wanted)

    @cached_property
    def prelude(self) -> Prelude:
        """The functions of arrays that are written in the language itself."""
        from adcli.front.prelude_loader import Prelude

        return Prelude(self.file)

    def bare_frame(self, build: TypedBuilder, at: int | None) -> Frame:
        """What lowers an expression that sees the names of the file at a place, and none of a
        function."""
        return Frame(self, None, build, set(), at)

    def want_result(self, instance: Instance, index: int, kind: str) -> None:
        """A caller needs an array that holds more than the function thought."""
        instance.wanted[index] = kind
        self.changed = True

    def instance(
        self,
        definition: Definition,
        kinds: tuple[str, ...],
        at: int | None = None,
        *,
        results: Wanted = "anything",
    ) -> Instance:
        """The instance for argument types, lowered in this pass or being so; `at` is the place in
        the file from which it is called."""
        found = self._instance_named(definition, kinds, at, gives_numbers=results != "anything")
        if found.name in self._opening:
            found.was_asked = True
            if not found.is_known:
                self._guess_results(found)
        elif found.name not in self.functions:
            self._opening.add(found.name)
            made = self.functions[found.name] = function(self, found, results)
            self._opening.discard(found.name)
            if definition.rule is not None:
                from adcli.front.derivative_declarations import rule_of

                made.rule = rule_of(self, definition, made)
        return found

    def _instance_named(
        self, definition: Definition, kinds: tuple[str, ...], at: int | None, *, gives_numbers: bool
    ) -> Instance:
        name = f"%{definition.name}" if definition.is_prelude else definition.name
        key = (name, kinds, gives_numbers and definition.is_apart, at, definition.at)
        if key not in self.instances:
            same = sum(1 for known, *_ in self.instances if known == name)
            if same == MOST_INSTANCES or any(rank(k) > MOST_INDICES for k in kinds):
                raise TypeFault(
                    f"{definition.name} is called with ever other types of arguments",
                    span=head_span(definition),
                    hint="let its calls of itself pass arguments of the types of its parameters",
                )
            name = name if same == 0 else f"{name}.{same + 1}"
            self.instances[key] = Instance(definition, kinds, name, at, gives_numbers=gives_numbers)
        return self.instances[key]

    def _guess_results(self, instance: Instance) -> None:
        """The types of results for a call inside the function itself, as far as the text tells."""
        definition = instance.definition
        is_last = self.file.definitions.get(definition.name) is definition
        truths = self.file.returned.get(definition.name if is_last else "", (False,))
        instance.result_kinds = tuple(
            [
                array_of("" if i in definition.result_ranks else BOOL if t else INT, n)
                for i, t in enumerate(truths)
                for n in [definition.result_ranks.get(i, 0)]
            ]
        )
        instance.is_known = True
