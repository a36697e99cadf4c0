"""Vector functions: functions of the C library that take several numbers at once.

They are those of glibc's libmvec, whose results are within 4 units in the last place of the exact
ones (*The GNU C Library Reference Manual*, "Known Maximum Errors in Math Functions").  LLVM calls
them in loops whose iterations do not depend on each other.  Their names are those of the x86 vector
function ABI (Intel, "Vector Function Application Binary Interface", section 2.6).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping
from functools import cache

from adcli.expr import App, Expr
from adcli.ops.composite import Formula

#: What a processor must have, the letter of the names, and how many doubles there are at once.
_WIDTHS = (("sse2", "b", 2), ("avx2", "d", 4), ("avx512f", "e", 8))

_ONE = (
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"),
    *("asinh", "acosh", "atanh", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p"),
    *("cbrt", "erf", "erfc"),
)
_TWO = ("pow", "atan2", "hypot")

#: Functions of runtime.ll that are as fast as the C library's exp is.
_ON_EXP = ("@adcli.sech", "@adcli.sigmoid", "@adcli.softplus", "@adcli.gauss")

#: tanh |x| = e/(e + 2) for e = expm1(2|x|), in half of the time that the library takes: the error
#: is at most that of expm1 and two roundings more.  From 20 on, tanh is 1.
_TANH = """\
define internal <{n} x double> @{form}(<{n} x double> %x) #0 {{
  %size = call <{n} x double> @llvm.fabs.v{n}f64(<{n} x double> %x)
  %far = fcmp oge <{n} x double> %size, splat (double 20.0)
  %least = select <{n} x i1> %far, <{n} x double> splat (double 20.0), <{n} x double> %size
  %twice = fadd <{n} x double> %least, %least
  %e = call <{n} x double> @{inner}(<{n} x double> %twice)
  %below = fadd <{n} x double> %e, splat (double 2.0)
  %ratio = fdiv <{n} x double> %e, %below
  %signed = call <{n} x double> @llvm.copysign.v{n}f64(<{n} x double> %ratio, <{n} x double> %x)
  ret <{n} x double> %signed
}}"""

#: Functions that are made of another one here.
_OWN = {"tanh": ("expm1", _TANH)}


class VectorFunctions:
    """What there is: for each scalar function, as machine code names it, the vector functions with
    the numbers they take at once; `addresses` of the latter."""

    def __init__(self, forms: Mapping[str, list[tuple[str, int]]], addresses: dict[str, int]):
        self.forms = forms
        self.addresses = addresses

    def has_form(self, expr: Expr) -> bool:
        """Whether an expression computes a function that has a vector form."""
        if not isinstance(expr, App):
            return False
        if isinstance(expr.op, Formula):
            return self.has_form(expr.op.expand(expr.args, lean=True))
        name = getattr(expr.op, "llvm", "")
        is_form = name in self.forms or (name in _ON_EXP and "@exp" in self.forms)
        return is_form or any(map(self.has_form, expr.args))

    def inner(self, name: str) -> str:
        """The function that one is made of, if that is so."""
        inner, _ = _OWN.get(name[1:], ("", ""))
        return "@" + inner if "@" + inner in self.forms else ""

    def attribute(self, name: str) -> str:
        """What tells LLVM about the forms of a function."""
        forms = ",".join([f"{form}({form})" for form, _ in self.forms[name]])
        return f'"vector-function-abi-variant"="{forms}"'

    def declarations(self, names: Iterable[str]) -> list[str]:
        """The forms of these functions, and that they must stay until LLVM has looked."""
        lines, kept = [], []
        inside = {inner for inner in map(self.inner, names) if inner}
        for name in sorted({*names, *inside}):
            for k, (form, lanes) in enumerate(self.forms[name]):
                one = f"<{lanes} x double>"
                if self.inner(name):
                    _, text = _OWN[name[1:]]
                    inner, _ = self.forms[self.inner(name)][k]
                    lines.append(text.format(n=lanes, form=form, inner=inner))
                else:
                    args = ", ".join([one] * (1 + (name[1:] in _TWO)))
                    lines.append(f"declare {one} @{form}({args}) #0")
                kept.append(f"ptr @{form}")
        if kept:
            array = f"[{len(kept)} x ptr] [{', '.join(kept)}]"
            used = f'@llvm.compiler.used = appending global {array}, section "llvm.metadata"'
            lines.append(used)
        return lines

    def needed(self, names: Iterable[str]) -> dict[str, int]:
        """The addresses of the forms of these functions."""
        theirs = {self.inner(name) or name for name in names}
        return {form: self.addresses[form] for name in theirs for form, _ in self.forms[name]}


NONE = VectorFunctions({}, {})


@cache
def vector_functions(features: frozenset[str]) -> VectorFunctions:
    """What a processor with these features and this machine's C library have."""
    try:
        library = ctypes.CDLL("libmvec.so.1")
    except OSError:
        return NONE
    forms: dict[str, list[tuple[str, int]]] = {}
    addresses: dict[str, int] = {}
    for names, kinds in ((_ONE, "v"), (_TWO, "vv")):
        for name in names:
            for feature, letter, lanes in _WIDTHS:
                form = f"_ZGV{letter}N{lanes}{kinds}_{name}"
                if feature in features and hasattr(library, form):
                    forms.setdefault("@" + name, []).append((form, lanes))
                    found = ctypes.cast(getattr(library, form), ctypes.c_void_p).value
                    addresses[form] = found or 0
    return VectorFunctions(forms, addresses)
