"""Live variables: which names of a function may be read after a statement.

Invariant: a name that is not live holds nothing that anybody reads, so joins leave it out.  The
analysis is over the text (Muchnick, *Advanced Compiler Design and Implementation*, 14.1.3); where
it cannot tell, a name is live.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.scopes import FunctionText, expressions_of, names_bound_by

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

Names = frozenset[str]


class Liveness:
    """The live names after each statement of a function, and at the head of each loop."""

    def __init__(self, text: FunctionText) -> None:
        self.after: dict[int, Names] = {}
        self.head: dict[int, Names] = {}
        #: for each `try` the names that are live where its body has failed
        self.failed: dict[int, Names] = {}
        self._always = text.captured
        self._block(text.body, frozenset(), frozenset(), frozenset())

    def _block(self, body: Sequence[ast.stmt], out: Names, broke: Names, continued: Names) -> Names:
        """The names that are live before statements; `broke` and `continued` are those where a
        `break` and a `continue` lead."""
        for node in reversed(body):
            found = self.after.get(id(node), frozenset()) | out | self._always
            # a statement with others inside it may also end by a jump
            self.after[id(node)] = found | broke | continued if _is_compound(node) else found
            out = self._statement(node, out, broke, continued)
        return out

    def _statement(self, node: ast.stmt, out: Names, broke: Names, continued: Names) -> Names:
        match node:
            case ast.Break():
                return broke
            case ast.Continue():
                return continued
            case ast.Return() | ast.Raise():
                return self._reads(node)
            case ast.If():
                arms = [self._block(b, out, broke, continued) for b in (node.body, node.orelse)]
                return self._reads(node) | arms[0] | arms[1]
            case ast.While() | ast.For() | ast.AsyncFor():
                return self._loop(node, out, broke, continued)
            case ast.Try():
                return self._protected(node, out, broke, continued)
            case ast.With() | ast.AsyncWith():
                inner = self._block(node.body, out, broke | out, continued | out)
                self._may_end(node, out)
                return self._reads(node) | out | (inner - set(names_bound_by(node)))
            case ast.Match():
                found = self._reads(node) | out
                for case in node.cases:
                    found |= self._block(case.body, out, broke, continued)
                return found
        killed: set[str] = set()
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef):
            killed = set(names_bound_by(node))
        return self._reads(node) | (out - killed)

    def _loop(
        self, node: ast.While | ast.For | ast.AsyncFor, out: Names, broke: Names, continued: Names
    ) -> Names:
        after = self._block(node.orelse, out, broke, continued)
        reads = self._reads(node)
        bound = frozenset(names_bound_by(node)) if not isinstance(node, ast.While) else frozenset()
        head = reads | after
        while True:
            inner = self._block(node.body, head, out, head)
            wider = head | (inner - bound)
            if wider == head:
                break
            head = wider
        # where a `break` leads, the names hold what the slots of the head hold
        self.head[id(node)] = head | out | self._always
        return head

    def _protected(self, node: ast.Try, out: Names, broke: Names, continued: Names) -> Names:
        last = self._block(node.finalbody, out, broke, continued)
        handled = last
        for handler in node.handlers:
            found = self._block(handler.body, last, broke | last, continued | last)
            handled |= found | (self._names(handler.type) if handler.type else frozenset())
        self.after[id(node)] |= last  # paths meet before `finally` too
        behind = self._block(node.orelse, last, broke | last, continued | last)
        # the body may end at any of its statements
        inner = self._block(node.body, behind | handled, broke | handled, continued | handled)
        self._may_end(node, handled)
        return inner | handled

    def _may_end(self, node: ast.stmt, handled: Names) -> None:
        """An exception may end the body of a statement anywhere; `handled` are then live."""
        self.failed[id(node)] = self.failed.get(id(node), self._always) | handled
        for inner in ast.walk(node):
            for names in (self.after, self.failed):
                if id(inner) in names and inner is not node:
                    names[id(inner)] |= handled
            if id(inner) in self.head:
                self.head[id(inner)] |= handled

    def _reads(self, node: ast.stmt) -> Names:
        found: set[str] = set()
        for expression in expressions_of(node):
            if isinstance(expression, ast.Name) and not isinstance(expression.ctx, ast.Store):
                found.add(expression.id)
            elif isinstance(expression, ast.Lambda):
                found |= self._names(expression)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found |= self._names(node)
        return frozenset(found)

    @staticmethod
    def _names(node: ast.AST) -> Names:
        return frozenset([n.id for n in ast.walk(node) if isinstance(n, ast.Name)])


def _is_compound(node: ast.stmt) -> bool:
    return hasattr(node, "body") and not isinstance(node, ast.FunctionDef | ast.ClassDef)


class LiveNames:
    """The live names of the functions that are lowered, each function analysed when it is asked
    for; None stands for all names."""

    def __init__(self) -> None:
        self._found: dict[FunctionText, Liveness] = {}

    def after(self, f: Frame, node: ast.AST) -> Names | None:
        """The names of the present function that are live behind a statement."""
        found = self._of(f)
        return None if found is None else found.after.get(id(node))

    def at_head(self, f: Frame, node: ast.AST) -> Names | None:
        """The names of the present function that are live at the head of a loop."""
        found = self._of(f)
        return None if found is None else found.head.get(id(node))

    def if_failed(self, f: Frame, node: ast.AST) -> Names | None:
        """The names of the present function that are live where the body of a `try` has failed."""
        found = self._of(f)
        return None if found is None else found.failed.get(id(node))

    def stand_for(self, f: Frame, node: ast.AST, written: ast.AST) -> None:
        """A loop that is lowered in place of one that is written has the same live names."""
        found = self._of(f)
        if found is not None:
            for names in (found.after, found.head):
                if id(written) in names:
                    names[id(node)] = names[id(written)]

    def _of(self, f: Frame) -> Liveness | None:
        text = f.scope.text
        if not isinstance(text, FunctionText):
            return None
        if text not in self._found:
            self._found[text] = Liveness(text)
        return self._found[text]
