"""What the module `scipy.special` has: the functions that our table or our library computes.

SciPy computes them by approximations of its own, so its values may differ from these in the last
digits; a note says so.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.lowering.arrays.ndarray import Arraylike
from adcli.lowering.arrays.numpy_function_registry import NumpyFunction
from adcli.lowering.builtin_function_values import Builtin, builtin, of_numbers, row
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The functions, and the rows that compute them.
_ROWS = {
    "expit": "expit", "logit": "logit", "erf": "erf", "erfc": "erfc", "gamma": "gamma",
    "gammaln": "lgamma", "cbrt": "cbrt", "exp2": "exp2", "expm1": "expm1", "log1p": "log1p",
    "psi": "digamma", "digamma": "digamma", "ndtr": "ndtr", "erfinv": "erfinv", "beta": "beta",
    "betaln": "betaln", "xlogy": "xlogy", "polygamma": "polygamma", "j0": "j0", "j1": "j1",
    "y0": "y0", "y1": "y1", "jn": "jn", "i0": "i0", "i1": "i1", "sinc": "sinc",
}  # fmt: skip

#: The functions that our library has, each with the number of its arguments.
_LIBRARY = {
    "ellipk": 1, "ellipe": 1, "gammainc": 2, "gammaincc": 2, "exp1": 1, "expn": 2, "ndtri": 1,
    "erfcinv": 1, "binom": 2, "poch": 2, "xlog1py": 2, "entr": 1, "rel_entr": 2, "kl_div": 2,
}  # fmt: skip

#: The signatures of functions that are made of logarithms of sums.
_LOGARITHMS = {"logsumexp": "a; axis, keepdims", "softmax": "x; axis", "log_softmax": "x; axis"}

#: Functions that are refused by their names.
_REFUSED = (
    "airy", "bdtr", "bei", "ber", "betainc", "betaincinv", "comb", "ellipeinc", "ellipj",
    "ellipkinc", "erfcx", "exp10", "expi", "factorial", "fdtr", "fresnel", "gammaincinv",
    "gammasgn", "gdtr", "hankel1", "hankel2", "hermite", "hyp0f1", "hyp1f1", "hyp2f1", "hyperu",
    "iv", "ive", "jv", "jve", "k0", "k1", "kn", "kv", "kve", "legendre", "log_ndtr", "loggamma",
    "lpmv", "perm", "roots_legendre", "rgamma", "shichi", "sici",
    "spence", "spherical_jn", "sph_harm", "stdtr", "struve", "wofz", "yn", "yv", "zeta",
)  # fmt: skip


def _noted(name: str, inner: Builtin) -> Builtin:
    """A function that SciPy calls on every entry of arrays, and a note on its digits."""

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        f.session.notes[f"scipy.special.{name}: SciPy's value may differ in the last digits"] = None
        if keywords or not any([isinstance(arg, Arraylike) for arg in args]):
            return inner.call(f, args, keywords, node)
        from adcli.lowering.arrays.numpy_function_registry import operand
        from adcli.lowering.arrays.operators import called_on_entries

        entries = [operand(f, arg, node) for arg in args]
        return called_on_entries(f, inner, entries, node, is_told=True)

    return Builtin(name, run)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Value] = {
        name: Foreign(f"scipy.special.{name}", "it is no function that is known")
        for name in _REFUSED
    }
    rows = {name: _noted(name, row(name, FUNCTIONS[op])) for name, op in _ROWS.items()}
    texts = {name: _noted(name, _from_library(name, count)) for name, count in _LIBRARY.items()}
    found |= {
        name: NumpyFunction(name, signature, _of_logarithms(name))
        for name, signature in _LOGARITHMS.items()
    }
    return {**found, **rows, **texts, "lambertw": Builtin("lambertw", _lambertw)}


def _of_logarithms(name: str) -> Callable[..., Value]:
    text = "log_sum_exp" if name == "logsumexp" else name

    def run(f: Frame, node: ast.AST, *given: Value | None) -> Value:
        args = [NONE if value is None else value for value in given]
        return f.session.library_call(f, text, args, node, inlined=True)

    return run


def _from_library(name: str, count: int) -> Builtin:
    @builtin(name, count)
    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        def apply(numbers: list[Number]) -> Value:
            return f.session.library_call(f, name, numbers, node)

        return of_numbers(f, args, node, apply)

    return run


def _lambertw(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """The principal branch where it is real; SciPy's number has the imaginary part 0."""
    given = dict(zip(("z", "k", "tol"), args, strict=False)) | keywords
    branch = given.get("k", f.known(0)).known_value()
    if branch != 0 or "z" not in given:
        raise Refusal("a branch of scipy.special.lambertw that is not the principal one", node)
    return _noted("lambertw", row("lambertw", FUNCTIONS["lambertw"])).call(
        f, [given["z"]], {}, node
    )
