"""LLVM metadata: hints about loops and about arrays that do not overlap.

Invariant: each node has a number of its own, beyond those that the runtime takes.
"""

from __future__ import annotations

#: The first number that runtime.ll does not take.
_FIRST_FREE = 100


class Metadata:
    """The metadata nodes of one module."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def vectorized_loop(self) -> str:
        """A hint to compute the iterations of a loop at once."""
        number = _FIRST_FREE + len(self.lines)
        add = self.lines.append
        add(f"!{number} = distinct !{{!{number}, !{number + 1}, !{number + 2}}}")
        add(f'!{number + 1} = !{{!"llvm.loop.unroll.disable"}}')
        add(f'!{number + 2} = !{{!"llvm.loop.vectorize.enable", i1 true}}')
        return f"!{number}"

    def short_loop(self) -> str:
        """A hint not to interleave the iterations of a loop that probably has few of them.

        (A hint about the vector width would allow LLVM to add up in another order.)
        """
        number = _FIRST_FREE + len(self.lines)
        self.lines.append(f"!{number} = distinct !{{!{number}, !{number + 1}}}")
        self.lines.append(f'!{number + 1} = !{{!"llvm.loop.interleave.count", i32 1}}')
        return f"!{number}"

    def alias_scopes(self, count: int) -> tuple[list[str], list[str]]:
        """For so many arrays that do not overlap: what is attached to the reads and writes of each,
        and the scope of each in a list of its own (*LLVM Language Reference Manual*,
        alias.scope)."""
        first = _FIRST_FREE + len(self.lines)
        domain, scopes = f"!{first}", [f"!{first + 1 + i}" for i in range(count)]
        lists = [f"!{first + 1 + count + i}" for i in range(2 * count)]
        add = self.lines.append
        add(f"{domain} = distinct !{{{domain}}}")
        for scope in scopes:
            add(f"{scope} = distinct !{{{scope}, {domain}}}")
        for own, scope in zip(lists, scopes, strict=False):
            add(f"{own} = !{{{scope}}}")
        for i, others in enumerate(lists[count:]):
            add(f"{others} = !{{{', '.join(s for j, s in enumerate(scopes) if j != i)}}}")
        attached = [
            f", !alias.scope {own}, !noalias {others}"
            for own, others in zip(lists, lists[count:], strict=False)
        ]
        return attached, lists[:count]
