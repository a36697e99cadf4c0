"""Long expressions: texts that are lowered without a syntax tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from adcli.front.lower import key, lower_program
from adcli.front.lowered_program import Input, Lowered
from adcli.front.script_top_level import ScriptFile
from adcli.ir import nodes as ir
from adcli.ir.types import REAL

if TYPE_CHECKING:
    from adcli.front.parse_tree import Tree
    from adcli.front.straight_line_expressions import StraightLine
    from adcli.source import Source

#: A shorter text is always parsed: there a tree costs nothing that anybody would notice.
LONG = 20_000


class LongText:
    """A text that is lowered without a tree if it is a long straight-line expression, and parsed
    otherwise: at once, so that a mistake is told, or when more is asked of it."""

    def __init__(self, source: Source, parse: Callable[[Source], Tree]) -> None:
        self.source = source
        self.parse = parse
        self.line = self._straight_line()
        self._tree = None if self.line is not None else parse(source)

    def _straight_line(self) -> StraightLine | None:
        if len(self.source.text) < LONG:
            return None
        from adcli.front.straight_line_expressions import straight_line

        return straight_line(self.source)

    @property
    def tree(self) -> Tree:
        if self._tree is None:
            self._tree = self.parse(self.source)
        return self._tree

    def lower(
        self,
        entry: str | None,
        ranks: Mapping[str, int] | None = None,
        *,
        exact: bool = False,
    ) -> Lowered:
        """See `lower_program`."""
        line = self.line
        if line is None or entry is not None or line.is_other(ranks or {}):
            return lower_program(self.tree, self.source, entry, ranks, exact=exact)
        module = ir.Module({"f": line.function}, "f", normal=True)
        module.key = key(self.source, entry, {}, exact)
        inputs = tuple([Input(name, REAL, None) for name in line.inputs])
        names = ("value1",)
        return Lowered(module, inputs, names, line.constants, self._meaning, True, (), False)

    def _meaning(self, name: str) -> str | None:
        return ScriptFile(self.tree, self.source).meaning(name)
