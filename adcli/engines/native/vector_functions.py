"""Vector functions: functions that take several numbers at once.

They are those of glibc's libmvec, whose results are within 4 units in the last place of the exact
ones (*The GNU C Library Reference Manual*, "Known Maximum Errors in Math Functions"), and forms of
ours that are inlined in their place.  LLVM calls them in loops whose iterations do not depend on
each other.  Their names are those of the x86 vector function ABI (Intel, "Vector Function
Application Binary Interface", section 2.6).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from adcli.engines.native.llvm_jit import SHARING
from adcli.expr import App, Expr
from adcli.ops import registry
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.primitive import IN_LIBRARY, Primitive, VectorForm
from adcli.ops.registry import TABLE

#: The feature that a processor needs, the letter in the names, and how many doubles a form takes.
_WIDTHS = (("sse2", "b", 2), ("avx2", "d", 4), ("avx512f", "e", 8))

#: Forms of ours take at least so many numbers.
_FEWEST = 4

#: Where the templates of such forms are.
_TEMPLATES = os.path.dirname(registry.__file__)

#: The rows that have a vector form, by the function that they are in machine code.
_ROWS = {row.native.real: row for row in TABLE.values() if row.native.vector}


class VectorFunctions:
    """The vector functions that there are.

    `forms`      for each function, by its name in machine code, its vector forms, each with the
                 count of numbers that it takes at once.
    `addresses`  where the forms are in memory.
    `fuses`      whether the processor has fused multiply-adds, which forms of ours need.
    """

    def __init__(
        self,
        forms: Mapping[str, list[tuple[str, int]]],
        addresses: dict[str, int],
        *,
        fuses: bool = False,
    ):
        self.forms = forms
        self.addresses = addresses
        self.fuses = fuses

    def has_form(self, expr: Expr) -> bool:
        """Whether an expression computes a function that has a vector form."""
        if not isinstance(expr, App):
            return False
        if isinstance(expr.op, FusedOperation):
            return self.has_form(expr.op.expand(expr.args, lean=True))
        assert isinstance(expr.op, Primitive)
        body = expr.op.expanded(expr.args)
        if body is not None:
            return self.has_form(body)
        native = expr.op.native
        is_form = all([name in self.forms for name in native.uses or (native.real,)])
        return is_form or any(map(self.has_form, expr.args))

    def inner(self, name: str) -> str:
        """The function of whose vector form that of another is made; empty if it is not."""
        inner = "@" + _form(name).inner
        return inner if inner in self.forms else ""

    def inlined(self, names: Collection[str]) -> list[str]:
        """Those of these functions that have forms of ours, which are inlined into loops."""
        if not self.fuses:
            return []
        found = [n for n in names if n in self.forms and _form(n).file]
        return sorted([n for n in found if all([other in names for other in _form(n).together])])

    def attribute(self, name: str, *, is_inlined: bool) -> str:
        """What tells LLVM about the forms of a function."""
        forms = []
        for form, lanes in self.forms[name]:
            is_own = is_inlined and lanes >= _FEWEST
            forms.append(f"{form}({_own_form(name, lanes) if is_own else form})")
        return f'"vector-function-abi-variant"="{",".join(forms)}"'

    def declarations(self, names: Collection[str], inlined: Collection[str]) -> list[str]:
        """The forms of these functions, some of which are inlined, and an array that keeps LLVM
        from dropping them early."""
        lines, kept = [], []
        inside = {inner for inner in map(self.inner, names) if inner}
        for name in sorted({*names, *inside}):
            for k, (form, lanes) in enumerate(self.forms[name]):
                one = f"<{lanes} x double>"
                if self.inner(name):
                    inner, _ = self.forms[self.inner(name)][k]
                    lines.append(_form(name).text.format(n=lanes, form=form, inner=inner))
                else:
                    args = ", ".join([one] * _ROWS[name].arity)
                    lines.append(f"declare {one} @{form}({args}) #0")
                kept.append(f"ptr @{form}")
        for name in inlined:
            for _, lanes in self._own(name):
                own, one = _own_form(name, lanes), f"<{lanes} x double>"
                lines.append(f"declare {one} @{own}({one}) #0")
                kept.append(f"ptr @{own}")
        if kept:
            array = f"[{len(kept)} x ptr] [{', '.join(kept)}]"
            used = f'@llvm.compiler.used = appending global {array}, section "llvm.metadata"'
            lines.append(used)
        return lines

    def _own(self, name: str) -> list[tuple[str, int]]:
        """The library's forms in whose place there are forms of ours."""
        return [(form, lanes) for form, lanes in self.forms[name] if lanes >= _FEWEST]

    def definitions(self, names: Collection[str]) -> list[str]:
        """The forms that are inlined into loops, for a module of their own."""
        words: dict[tuple[str, int], dict[str, str]] = {}
        for name in self.inlined(names):
            for form, lanes in self._own(name):
                words.setdefault((_form(name).file, lanes), {})[name[1:]] = form
        shares = any([_form(name).together for name in self.inlined(names)])
        lines: dict[str, None] = {SHARING: None} if shares else {}
        for (file, lanes), library in words.items():
            text, *declared = _filled(file, lanes, library).split("\ndeclare ")
            lines.update(dict.fromkeys([text, *[f"declare {d.strip()}" for d in declared]]))
        return list(lines)

    def needed(self, names: Iterable[str]) -> dict[str, int]:
        """The addresses of the forms of these functions."""
        theirs = {self.inner(name) or name for name in names}
        return {form: self.addresses[form] for name in theirs for form, _ in self.forms[name]}


NONE = VectorFunctions({}, {})


def _own_form(name: str, lanes: int) -> str:
    """The name of a form of ours in its template."""
    return f"adcli.{name[1:]}.{lanes}"


def _filled(file: str, lanes: int, library: Mapping[str, str]) -> str:
    """A template for so many numbers at once, with these functions of the C library."""
    words = {"n": str(lanes), "reals": f"<{lanes} x double>", "words": f"<{lanes} x i64>"}
    with open(os.path.join(_TEMPLATES, file), encoding="utf-8") as template:
        text = template.read()
    for word, meaning in {**words, **library}.items():
        text = text.replace(f"{{{word}}}", meaning)
    return text


def _form(name: str) -> VectorForm:
    """The vector form of a function, as its row has it."""
    return _ROWS[name].native.vector or IN_LIBRARY


@cache
def vector_functions(features: frozenset[str]) -> VectorFunctions:
    """The vector functions of this machine's C library, for a processor with these features."""
    try:
        library = ctypes.CDLL("libmvec.so.1")
    except OSError:
        return NONE
    forms: dict[str, list[tuple[str, int]]] = {}
    addresses: dict[str, int] = {}
    for name, row in _ROWS.items():
        for feature, letter, lanes in _WIDTHS:
            form = f"_ZGV{letter}N{lanes}{'v' * row.arity}_{name[1:]}"
            if feature in features and hasattr(library, form):
                forms.setdefault(name, []).append((form, lanes))
                found = ctypes.cast(getattr(library, form), ctypes.c_void_p).value
                addresses[form] = found or 0
    return VectorFunctions(forms, addresses, fuses="fma" in features)
