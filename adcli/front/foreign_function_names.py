"""Foreign names of functions: what people call them elsewhere, and how the language writes them.

Invariant: what a hint says can be typed as it stands, with the argument in place of x.
"""

from __future__ import annotations

import re

#: Names that a suggestion by likeness would miss, or would lead astray.
_MEANT = {
    "tg": "tan(x)",
    "ctg": "cot(x)",
    "cotg": "cot(x)",
    "cosec": "csc(x)",
    "sen": "sin(x)",
    "arctg": "atan(x)",
    "arcctg": "acot(x)",
    "arcsen": "asin(x)",
    "sh": "sinh(x)",
    "ch": "cosh(x)",
    "th": "tanh(x)",
    "tgh": "tanh(x)",
    "arsinh": "asinh(x)",
    "arcosh": "acosh(x)",
    "artanh": "atanh(x)",
    "sind": "sin(radians(x))",
    "cosd": "cos(radians(x))",
    "tand": "tan(radians(x))",
    "asind": "degrees(asin(x))",
    "acosd": "degrees(acos(x))",
    "atand": "degrees(atan(x))",
    "atan2d": "degrees(atan2(y, x))",
    "deg2rad": "radians(x)",
    "rad2deg": "degrees(x)",
    "lg": "log10(x)",
    "ld": "log2(x)",
    "lb": "log2(x)",
    "ln2": "log2(x)",
    "sqr": "x^2",
    "square": "x^2",
    "cube": "x^3",
    "root": "x^(1/n), sqrt(x) or cbrt(x)",
    "nthroot": "x^(1/n), sqrt(x) or cbrt(x)",
    "power": "x^y",
    "round": "floor(x + 0.5)",
    "rint": "x - remainder(x, 1)",
    "nint": "floor(x + 0.5)",
    "sgn": "sign(x)",
    "signum": "sign(x)",
    "logistic": "expit(x)",
    "relu6": "min(relu(x), 6)",
    "factorial": "gamma(x + 1)",
    "fact": "gamma(x + 1)",
    "softmax": "exp(x - max(x))/sum(exp(x - max(x)))",
    "logsumexp": "max(x) + log(sum(exp(x - max(x))))",
    "lse": "max(x) + log(sum(exp(x - max(x))))",
    "gelu": "x*(1 + erf(x/sqrt(2)))/2",
    "silu": "x*sigmoid(x)",
    "swish": "x*sigmoid(x)",
    "clip": "min(max(x, low), high)",
    "clamp": "min(max(x, low), high)",
    "binom": "gamma(n + 1)/(gamma(k + 1)*gamma(n - k + 1))",
    "binomial": "gamma(n + 1)/(gamma(k + 1)*gamma(n - k + 1))",
    "besselj": "j0(x), j1(x) or jn(n, x)",
    "jv": "j0(x), j1(x) or jn(n, x)",
    "bessely": "y0(x) or y1(x)",
    "besseli": "i0(x), i1(x) or iv(v, x)",
    "bessel": "j0(x), j1(x) or jn(n, x)",
    "mean": "sum(x)/len(x)",
    "average": "sum(x)/len(x)",
    "avg": "sum(x)/len(x)",
    "var": "sum((x - sum(x)/len(x))^2)/len(x)",
    "std": "sqrt(sum((x - sum(x)/len(x))^2)/len(x))",
    "len2": "sum(x*x)",
    "sumsq": "sum(x*x)",
    "matmul": "A @ B",
    "heaviside": "1 if x > 0 else 0",
    "step": "1 if x > 0 else 0",
    "if": "a if condition else b",
    "iif": "a if condition else b",
    "where": "a if condition else b",
    "piecewise": "a if condition else b",
}

#: What commands do, and functions do not.
_COMMANDS = {
    "derivative": "adcli diff",
    "diff": "adcli diff",
    "deriv": "adcli diff",
    "grad": "adcli grad",
    "gradient": "adcli grad",
    "jacobian": "adcli jac",
    "hessian": "adcli hess",
    "taylor": "adcli taylor",
    "series": "adcli taylor",
    "simplify": "adcli simplify",
    "minimize": "adcli minimize",
    "plot": "adcli plot",
}

_NOT_HERE = {
    "integrate": "an integral",
    "integral": "an integral",
    "interp": "an interpolation in a table",
    "interp1": "an interpolation in a table",
    "interpolate": "an interpolation in a table",
    "lookup": "an interpolation in a table",
    "limit": "a limit; adcli plot shows the function around the place",
    "lim": "a limit; adcli plot shows the function around the place",
}


def in_other_words(word: str) -> str | None:
    """The function of one argument that has another name elsewhere: tan for tg."""
    found = re.fullmatch(r"(\w+)\(x\)", _MEANT.get(word, ""))
    return found[1] if found is not None else None


def meant(word: str) -> str | None:
    """What to write instead of a function of that name; None: nobody calls one so."""
    word = word.lower()
    if word in _MEANT:
        return f"write {_MEANT[word]}"
    if word == "print":
        return "remove it: what is on the last line, or behind 'return', is printed"
    if word in _COMMANDS:
        return f"the command is {_COMMANDS[word]}"
    based = re.fullmatch(r"(?:log|ln)_?([2-9]|[1-9]\d+)|log_([a-wyz])", word)
    if based is not None:
        base = based[1] or based[2]
        return f"write log{base}(x)" if base in ("2", "10") else f"write log(x)/log({base})"
    return f"adcli does not compute {_NOT_HERE[word]}" if word in _NOT_HERE else None
