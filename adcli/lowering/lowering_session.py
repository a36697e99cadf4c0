"""What the lowering of one program shares: functions of the IR, modules, objects, refusals.

Invariant: a function of the program becomes one function of the IR, a variant, for each shape of
its arguments.  A variant that calls itself is lowered until its result does not grow any more; the
variants that were finished meanwhile are lowered again too, because they knew too little of it.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adcli.errors import LimitError
from adcli.expr import Atom, Num
from adcli.ir import nodes as ir
from adcli.ir.exception_classes import number_of
from adcli.ir.types import join
from adcli.lowering.fallibility import Fallibility
from adcli.lowering.liveness import LiveNames
from adcli.lowering.refusals import Claim, Grown, PathEnds, Refusal
from adcli.lowering.scopes import FunctionNode, FunctionText, LocalScope
from adcli.lowering.values import Shape, Turn, Value

if TYPE_CHECKING:
    from adcli.lowering.classes import Class
    from adcli.lowering.frame import Frame
    from adcli.lowering.heap_objects import Object
    from adcli.lowering.list_entry_types import Site
    from adcli.lowering.modules import Module, Modules
    from adcli.lowering.number_values import Number
    from adcli.lowering.user_functions import Function


#: So many statements are lowered again at most.
MOST_REPEATS = 50_000

#: So many statements of modules are followed at most, each as often as it runs.
MOST_AT_IMPORT = 50_000


class Variant:
    """A function of the IR for one shape of arguments."""

    def __init__(self, name: str) -> None:
        self.name = name
        #: the shape of its result; None as long as no path is known that returns
        self.result: Shape | None = None
        self.is_open = True
        #: whether somebody asked for the result before it was known in full
        self.was_asked = False
        #: parameters of which a caller refused to change the type
        self.fixed: set[tuple[int, str]] = set()

    #: whether its parameters are the inputs of the program
    is_entry = False

    def claim(self, parameter: int, what: str) -> None:
        """Tell the caller that a parameter is an integer or a list."""
        if (parameter, what) not in self.fixed:
            raise Claim(parameter, what)


class Session:
    """One program that is being lowered."""

    #: how many turns of loops were written out for lists that grow in them
    turns_written_out = 0

    def __init__(self, modules: Modules, new_frame: type[Frame]) -> None:
        self.modules = modules
        #: the class of frames, which is above everything that makes them
        self.new_frame = new_frame
        self.functions: dict[str, ir.Function] = {}
        self.variants: dict[object, Variant] = {}
        #: how many variants of a function are being lowered
        self.open_variants: Counter[FunctionText] = Counter()
        #: keys of variants in the order in which they were finished
        self.finished: list[object] = []
        #: the objects of modules, which nobody may change
        self.frozen = modules.frozen
        #: objects that stand for one of two others
        self.templates: dict[int, Object] = {}
        #: objects that another one may stand for: they must not change any more
        self.shared: set[int] = set()
        #: the lists of arrays of NumPy that were made here, no two of which are one
        self.own_arrays: set[int] = set()
        #: copies of arrays of which NumPy may make views
        self.unsure_copies: set[int] = set()
        #: lists that are all of an array of NumPy in C order, with its shape
        self.list_shapes: dict[int, tuple[Number, ...]] = {}
        #: how many calls of functions of the program were lowered
        self.calls_lowered = 0
        #: the types that lists had to have, by the place that makes them
        self.grown: dict[Site, str] = {}
        self.refusals: list[Refusal] = []
        #: The last one of all, also of a loop that was lowered once more: what made a poison.
        self.latest_refusal: Refusal | None = None
        #: the statement or expression that is being lowered
        self.current: ast.AST | None = None
        #: the calls that are open: (function, file and line of the call)
        self.calls: list[str] = []
        #: functions that return what no call of the IR hands out: their calls are inlined
        self.inlined: set[FunctionText] = set()
        #: whether a call was inlined inside itself as often as may be
        self.is_too_deep = False
        self.entry_name = ""
        #: whether lowering goes on behind what is refused, to find all refusals
        self.collects = False
        self.fallibility = Fallibility(self.functions, self.modules.findings.tells_numpy_apart)
        #: whether sums of arrays may be taken in any order, and whether one was taken in NumPy's
        self.adds_in_any_order = self.adds_in_pairs = False
        #: statements that are lowered in place of those that are written
        self.rewritten: dict[ast.AST, Sequence[ast.stmt]] = {}
        #: whether a handler was lowered before all classes were known that it may be for
        self.awaits_classes = self.misses_classes = False
        #: for each scope of a generator that runs: the scope that takes its items, and what it does
        self.yields: dict[int, tuple[LocalScope, Turn]] = {}
        self.notes: dict[str, None] = {}
        #: the types that numbers carried by loops came to
        self.loop_types: dict[tuple[int, str], str] = {}
        #: the keys of functions that keep their results, see `adcli.lowering.cached_functions`
        self.cache_keys: dict[object, list[list[tuple[str, Any]]]] = {}
        #: the classes in whose bodies a function stands, for super()
        self.classes_of: dict[FunctionText, list[Class]] = {}
        self.live = LiveNames()
        self._names: dict[str, int] = {}
        self._lowered: set[ast.stmt] = set()
        self._repeats = self._at_import = 0

    def next_number(self) -> int:
        return next(self.modules.numbers)

    def function_name(self, name: str) -> str:
        """A name for a function of the IR that no other has."""
        count = self._names[name] = self._names.get(name, 0) + 1
        return name if count == 1 else f"{name}.{count}"

    def way(self) -> tuple[str, ...]:
        return (self.entry_name, *self.calls) if self.calls else ()

    def text_of(self, node: FunctionNode, module: Module) -> FunctionText:
        """A function as it is written."""
        found = self.modules.texts.get(node)
        if found is None:
            found = self.modules.texts[node] = FunctionText(node, module)
        return found

    def note_left_out(self, what: str) -> None:
        self.notes[f"{what} is left out: it changes no number"] = None

    def count(self, f: Frame, node: ast.stmt) -> None:
        """Count a statement that is lowered once more: calls that are set in, loops that are
        written out, and loops that are lowered again may not make a program of any length."""
        if f.variant is None:
            self._at_import += 1
            if self._at_import > MOST_AT_IMPORT:
                raise Refusal(f"code of modules that runs over {MOST_AT_IMPORT} statements", node)
        elif node in self._lowered:
            self._repeats += 1
            if self._repeats > MOST_REPEATS:
                raise LimitError(
                    f"this program becomes too long: over {MOST_REPEATS} statements are copies",
                    span=f.span(node),
                    hint="a function that is given lists or objects is set in where it is called",
                )
        self._lowered.add(node)

    # -- failures ----------------------------------------------------------------------------------

    def raise_here(
        self,
        f: Frame,
        exception: str,
        message: str,
        node: ast.AST | None,
        values: Sequence[Atom] = (),
    ) -> PathEnds:
        """Emit the statement that raises an exception of Python."""
        node = node or self.current
        span = f.span(node) if node is not None else None
        code = number_of(exception)
        template = message if values else message.replace("{", "{{").replace("}", "}}")
        f.add(ir.Raise(exception, Num(code), template, tuple(values), span))
        f.state.is_dead = True
        return PathEnds()

    def raise_of_refusal(self, refusal: Refusal) -> ir.Raise:
        text = refusal.text().replace("{", "{{").replace("}", "}}")
        return ir.Raise(ir.REFUSED, Num(number_of("Exception")), text, (), refusal.span)

    # -- lists -------------------------------------------------------------------------------------

    def grow(self, wanted: Sequence[tuple[Site, str]]) -> None:
        """Lower the function again: lists that are made at some places have a wider type.  A call
        that makes such a list is inlined."""
        is_news = False
        for site, kind in wanted:
            known = self.grown.get(site)
            wide = kind if known is None else join(known, kind)
            if wide is None:
                raise Refusal("a list holds numbers in one place and lists in another")
            is_news |= wide != known
            self.grown[site] = wide
        if is_news:
            raise Grown

    # -- functions of the library ------------------------------------------------------------------

    def library_call(
        self, f: Frame, name: str, args: Sequence[Value], node: ast.AST, *, inlined: bool = False
    ) -> Value:
        """Call a function of our library, which is Python text too.  What is `inlined` is
        differentiated for this call's arguments alone; other code serves all calls."""
        return f.call_library(self.modules.library(self, name), args, node, inlined=inlined)

    # -- variants ----------------------------------------------------------------------------------

    def variant(self, key: object, function: Function, build: Builds) -> Variant:
        """The variant for a key; `build` makes its code, given the variant."""
        found = self.variants.get(key)
        if found is not None:
            if found.is_open:
                found.was_asked = True
            return found
        found = self.variants[key] = Variant(self.function_name(function.text.ir_name))
        before = len(self.finished)
        self.open_variants[function.text] += 1
        try:
            while True:
                found.was_asked = False
                known = found.result
                try:
                    build(found)
                except Grown:
                    self._forget(before)
                    continue
                if not found.was_asked or found.result == known:
                    break
                self._forget(before)
        except BaseException:
            self.variants.pop(key, None)
            self._forget(before)
            raise
        finally:
            self.open_variants[function.text] -= 1
        found.is_open = False
        self.finished.append(key)
        return found

    def _forget(self, before: int) -> None:
        """Forget the variants that were finished since a moment."""
        for key in self.finished[before:]:
            gone = self.variants.pop(key, None)
            if gone is not None:
                self.functions.pop(gone.name, None)
        del self.finished[before:]


if TYPE_CHECKING:
    from collections.abc import Callable

    Builds = Callable[[Variant], None]
