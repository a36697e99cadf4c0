"""Names of operations in libraries that can check adcli's numbers, and in the JavaScript of pages.

Only rows that a library has in the same sense stand here; a row that is a composition can be
written by its body.  It is no part of the rows, since runs that do not leave adcli never read it.

Invariant: a template's places are the arguments, which may stand in it more than once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from adcli.expr import Op
from adcli.ops.composition import Composition
from adcli.ops.expression_as_operation import FusedOperation, compose
from adcli.ops.primitive import Primitive


class Library(NamedTuple):
    """The operations that a library has: those that are called there as here, behind a prefix, and
    others by their templates."""

    prefix: str
    same: frozenset[str]
    others: dict[str, str]

    def template(self, row: Primitive) -> str | None:
        """How an application of a row is written; None: the library does not have it."""
        if row.name in self.others:
            return self.others[row.name]
        if row.name in self.same:
            places = ", ".join([f"{{{i}}}" for i in range(row.arity)])
            return f"{self.prefix}{row.name}({places})"
        operators = row.python.form.template
        return None if "(" in operators or row.integers else operators


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Python's mpmath, in as many digits as are asked for.
MPMATH = Library(
    "mpmath.",
    _words("""
        sqrt exp expm1 log log1p log10 sin cos tan asin acos atan atan2 hypot sinh cosh tanh asinh
        acosh atanh sec csc cot sech csch coth radians degrees sign floor ceil erf erfc erfinv
        gamma digamma beta factorial"""),
    {
        "cbrt": "mpmath.sign({0}) * mpmath.cbrt(abs({0}))",
        "exp2": "mpmath.power(2, {0})",
        "log2": "mpmath.log({0}) / mpmath.log(2)",
        "pow": "({0}) ** ({1})",
        "real": "{0}",
        "nearest_real": "{0}",
        "regular": "{0}",
        "sigmoid": "1 / (1 + mpmath.exp(-{0}))",
        "softplus": "mpmath.log1p(mpmath.exp({0}))",
        "gauss": "mpmath.exp(-{0} * {0})",
        "bell": "mpmath.exp(-{0} * {0} / 2)",
        "ndtr": "mpmath.erfc(-{0} / mpmath.sqrt(2)) / 2",
        "abs": "abs({0})",
        "relu": "max({0}, mpmath.mpf(0))",
        "max": "max({0}, {1})",
        "min": "min({0}, {1})",
        "copysign": "abs({0}) * (1 if {1} >= 0 else -1)",
        "trunc": "mpmath.sign({0}) * mpmath.floor(abs({0}))",
        "round": "mpmath.nint({0})",
        "fmod": "{0} - int({0} / {1}) * {1}",
        "remainder": "{0} - mpmath.nint({0} / {1}) * {1}",
        "floordiv": "mpmath.floor({0} / {1})",
        "mod": "{0} - mpmath.floor({0} / {1}) * {1}",
        "lgamma": "mpmath.log(abs(mpmath.gamma({0})))",
        "polygamma": "mpmath.polygamma(int({0}), {1})",
        "betaln": "mpmath.loggamma({0}) + mpmath.loggamma({1}) - mpmath.loggamma({0} + {1})",
        "polygamma_gain": "mpmath.polygamma(int({0}), {1} + {2}) - mpmath.polygamma(int({0}), {1})",
        "j0": "mpmath.besselj(0, {0})",
        "j1": "mpmath.besselj(1, {0})",
        "jn": "mpmath.besselj(int({0}), {1})",
        "y0": "mpmath.bessely(0, {0})",
        "y1": "mpmath.bessely(1, {0})",
        "i0": "mpmath.besseli(0, {0})",
        "i1": "mpmath.besseli(1, {0})",
        "iv": "mpmath.besseli(int({0}), {1})",
        "lambertw": "mpmath.lambertw({0}).real",
        "sinc": "mpmath.sincpi({0})",
    },
)


#: numpy's names for what Python's math calls asin.
_ARC = {
    name: f"arc{name.removeprefix('a')}"
    for name in ("asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh")
}


def _numpy_like(prefix: str) -> dict[str, str]:
    """What numpy and its likes write in another way than Python's math."""
    arc = {n: f"{prefix}{word}({{0}})" for n, word in _ARC.items()}
    return {
        **arc,
        "atan2": f"{prefix}arctan2({{0}}, {{1}})",
        "abs": f"{prefix}abs({{0}})",
        "max": f"{prefix}maximum({{0}}, {{1}})",
        "min": f"{prefix}minimum({{0}}, {{1}})",
        "relu": f"{prefix}maximum({{0}}, 0.0)",
        "pow": "{0} ** {1}",
        "real": "{0}",
        "nearest_real": "{0}",
        "sigmoid": f"1 / (1 + {prefix}exp(-{{0}}))",
        "softplus": f"{prefix}logaddexp({{0}}, 0.0)",
        "gauss": f"{prefix}exp(-{{0}} * {{0}})",
        "bell": f"{prefix}exp(-{{0}} * {{0}} / 2)",
        "radians": "{0} * (math.pi / 180)",
        "degrees": "{0} * (180 / math.pi)",
    }


PYTORCH = Library(
    "torch.",
    _words("""
        sqrt exp expm1 exp2 log log2 log10 log1p sin cos tan asin acos atan atan2 hypot sinh cosh
        tanh asinh acosh atanh sigmoid abs sign copysign relu floor ceil trunc fmod erf erfc lgamma
        digamma"""),
    {
        "cbrt": "torch.sign({0}) * torch.abs({0}) ** (1 / 3)",
        "max": "torch.maximum({0}, {1})",
        "min": "torch.minimum({0}, {1})",
        "pow": "{0} ** {1}",
        "real": "{0}",
        "nearest_real": "{0}",
        "softplus": "torch.nn.functional.softplus({0})",
        "gauss": "torch.exp(-{0} * {0})",
        "bell": "torch.exp(-{0} * {0} / 2)",
        "radians": "torch.deg2rad({0})",
        "degrees": "torch.rad2deg({0})",
        "erfinv": "torch.erfinv({0})",
        "ndtr": "torch.special.ndtr({0})",
        "polygamma": "torch.polygamma({0}, {1})",
        "i0": "torch.special.i0({0})",
        "i1": "torch.special.i1({0})",
        "sinc": "torch.sinc({0})",
    },
)

JAX = Library(
    "jnp.",
    _words("""
        sqrt cbrt exp expm1 exp2 log log2 log10 log1p sin cos tan hypot sinh cosh tanh sign copysign
        floor ceil trunc fmod sinc"""),
    {
        **_numpy_like("jnp."),
        "sigmoid": "jax.nn.sigmoid({0})",
        "softplus": "jax.nn.softplus({0})",
        "erf": "jax.scipy.special.erf({0})",
        "erfc": "jax.scipy.special.erfc({0})",
        "erfinv": "jax.scipy.special.erfinv({0})",
        "gamma": "jax.scipy.special.gamma({0})",
        "lgamma": "jax.scipy.special.gammaln({0})",
        "digamma": "jax.scipy.special.digamma({0})",
        "polygamma": "jax.scipy.special.polygamma({0}, {1})",
        "betaln": "jax.scipy.special.betaln({0}, {1})",
        "ndtr": "jax.scipy.special.ndtr({0})",
        "i0": "jax.scipy.special.i0({0})",
        "i1": "jax.scipy.special.i1({0})",
    },
)

AUTOGRAD = Library(
    "np.",
    _words("""
        sqrt exp expm1 exp2 log log2 log10 log1p sin cos tan sinh cosh tanh sign floor ceil
        sinc"""),
    {
        **_numpy_like("np."),
        "hypot": "np.sqrt({0} * {0} + {1} * {1})",
        "erf": "special.erf({0})",
        "erfc": "special.erfc({0})",
        "gamma": "special.gamma({0})",
        "lgamma": "special.gammaln({0})",
        "digamma": "special.digamma({0})",
        "polygamma": "special.polygamma({0}, {1})",
        "beta": "special.beta({0}, {1})",
        "betaln": "special.betaln({0}, {1})",
        "j0": "special.j0({0})",
        "j1": "special.j1({0})",
        "jn": "special.jn({0}, {1})",
        "y0": "special.y0({0})",
        "y1": "special.y1({0})",
        "i0": "special.i0({0})",
        "i1": "special.i1({0})",
        "iv": "special.iv({0}, {1})",
    },
)


#: Functions that JavaScript lacks are those of `adcli/render/explore/special_functions.js`.
JAVASCRIPT = Library(
    "Math.",
    _words("""
        sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan asin acos atan atan2 hypot sinh cosh
        tanh asinh acosh atanh abs sign floor ceil trunc"""),
    {
        "exp2": "Math.pow(2, {0})",
        "pow": "Math.pow({0}, {1})",
        "real": "{0}",
        "nearest_real": "{0}",
        "regular": "{0}",
        "compensated": "{0} + {1}",
        "eq": "{0} === {1}",
        "ne": "{0} !== {1}",
        "and": "{0} && {1}",
        "or": "{0} || {1}",
        "not": "!{0}",
        "select": "{0} ? {1} : {2}",
        "mod": "{0} - Math.floor({0} / {1}) * {1}",
        "floordiv": "Math.floor({0} / {1})",
        "fmod": "{0} % {1}",
        "remainder": "remainder({0}, {1})",
        "copysign": "copySign({0}, {1})",
        "max": "{1} > {0} ? {1} : {0}",
        "min": "{1} < {0} ? {1} : {0}",
        "relu": "{0} > 0 ? {0} : 0",
        "sigmoid": "1 / (1 + Math.exp(-{0}))",
        "softplus": "Math.max({0}, 0) + Math.log1p(Math.exp(-Math.abs({0})))",
        "gauss": "Math.exp(-{0} * {0})",
        "bell": "Math.exp(-{0} * {0} / 2)",
        "sech": "1 / Math.cosh({0})",
        "radians": "{0} * (Math.PI / 180)",
        "degrees": "{0} * (180 / Math.PI)",
        "ldexp": "{0} * Math.pow(2, {1})",
        "erf": "erf({0})",
        "erfc": "erfc({0})",
        "ndtr": "erfc(-{0} / Math.SQRT2) / 2",
        "gamma": "gamma({0})",
        "lgamma": "lgamma({0})",
        "digamma": "digamma({0})",
        "polygamma": "polygamma({0}, {1})",
        "isnan": "Number.isNaN({0})",
        "isfinite": "Number.isFinite({0})",
    },
)


class NotThere(Exception):
    """A library does not have an operation."""


def multiprecision(op: Op) -> Callable[..., Any]:
    """An operation in mpmath.  Raises `NotThere` if mpmath does not have it, and `ImportError`
    without mpmath."""
    import mpmath

    if isinstance(op, FusedOperation):
        return compose(op.lean, op.parameters, multiprecision)
    assert isinstance(op, Primitive)
    template = MPMATH.template(op)
    if template is not None:
        names = ("a", "b", "c")[: op.arity]
        text = f"lambda {', '.join(names)}: {template.format(*names)}"
        made: Callable[..., Any] = eval(text, {"mpmath": mpmath})
        return made
    if isinstance(op, Composition):
        return compose(op.expression, op.parameters, multiprecision)
    raise NotThere(op.name)
