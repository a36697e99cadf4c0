"""What is wrong with a command line, in our words: click's differ between its versions.

Invariant: a hint can be followed as it stands.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from typing import Any

import click

from adcli.cli.output import WORDS
from adcli.errors import UsageError, suggestion

#: Commands by what people call them elsewhere.
_MEANT = {
    "derivative": "diff",
    "derive": "diff",
    "differentiate": "diff",
    "d": "diff",
    "jacobian": "jac",
    "gradient": "grad",
    "hessian": "hess",
    "evaluate": "eval",
    "value": "eval",
    "calc": "eval",
    "series": "taylor",
    "optimize": "minimize",
    "minimise": "minimize",
    "min": "minimize",
    "solve": "root",
    "zero": "root",
    "zeros": "root",
    "roots": "root",
    "newton": "root",
    "draw": "plot",
    "regression": "fit",
    "uncertainty": "propagate",
    "errors": "propagate",
    "verify": "check",
    "test": "check",
    "expand": "simplify",
    "execute": "run",
    "second": "hess",
    "dual": "trace",
    "backprop": "trace",
    "worksheet": "quiz",
    "exercise": "quiz",
    "exercises": "quiz",
    "practice": "quiz",
    "examples": "samples",
    "functions": "ops",
    "rules": "ops",
    "docs": "help",
    "man": "help",
    "version": "--version",
    "factor": "simplify",
}

_PLOT = 'adcli plot "x^3 - 3x" --over x=-2.5:2.5'
_HOLE = 'adcli plot "sin(x)/x" --over x=-1:1'
_LARGEST = 'adcli minimize "-(4x - x^2)" --at x=0'
_SAME = 'adcli check "x^3/3" --claim "x^2"'

#: What adcli has no command for, and a command that comes near.
_INSTEAD = {
    **dict.fromkeys(
        ("extrema", "extremum", "maxima", "minima", "critical", "inflection"),
        (": a plot lists zeros, extrema and inflections", _PLOT),
    ),
    **dict.fromkeys(
        ("max", "maximum", "maximize", "maximise"),
        (": where f is largest, -f is smallest", _LARGEST),
    ),
    **dict.fromkeys(("limit", "lim", "limits"), (": a plot shows the curve beside a hole", _HOLE)),
    **dict.fromkeys(
        ("integrate", "integral", "int", "antiderivative"),
        (": adcli differentiates, so an antiderivative that you found can be checked", _SAME),
    ),
    "tangent": ("", 'adcli taylor "x^2" --at x=1 --polynomial'),
    "slope": ("", 'adcli grad "x^2" --at x=3'),
}


#: Options by what people call them elsewhere.
_OPTIONS_MEANT = {
    "point": "at",
    "at": "start",
    "start": "at",
    "x0": "start",
    "output-format": "format",
    "where": "at",
    "by": "wrt",
    "var": "wrt",
    "variable": "wrt",
    "range": "over",
    "interval": "over",
    "from": "over",
    "xlim": "over",
    "precision": "digits",
    "decimals": "digits",
    "worksheet": "sheet",
    "constraint": "subject-to",
    "constraints": "subject-to",
    "st": "subject-to",
    "for": "wrt",
    "unknown": "wrt",
    "unknowns": "wrt",
    "maxiter": "max-iterations",
    "number": "count",
    "out": "output",
    "file": "output",
}


#: Values of options by what people call them elsewhere.
_VALUES_MEANT = {
    "backward": "reverse",
    "backprop": "reverse",
    "adjoint": "reverse",
    "vjp": "reverse",
    "tangent": "forward",
    "jvp": "forward",
    "fd": "finite-difference",
    "numeric": "finite-difference",
    "numerical": "finite-difference",
    "sympy": "symbolic",
    "llvm": "native",
    "jit": "native",
    "md": "markdown",
    "tex": "latex",
    "htm": "html",
    "yes": "always",
    "on": "always",
    "true": "always",
    "no": "never",
    "off": "never",
    "false": "never",
    "ignore": "propagate",
    "warn": "propagate",
    "error": "raise",
}


def unknown_command(words: Sequence[str], names: Sequence[str]) -> UsageError:
    """The error for words of which the first is no command."""
    name = words[0]
    message = f"there is no command '{name}'"
    if name.lower() in _INSTEAD:
        reason, example = _INSTEAD[name.lower()]
        return UsageError(message + reason, hint=f"for example: {example}")
    meant = _MEANT.get(name.lower())
    if meant in names or meant == "--version":
        return UsageError(message, hint=f"did you mean 'adcli {meant}'?")
    topic = _topic(" ".join(words))
    if topic:
        return UsageError(message, hint=f"the topic is told by: adcli explain {topic}")
    if not name.isidentifier():
        command = "grad" if any([word.startswith("--at") for word in words]) else "diff"
        return UsageError(
            message, hint=f"a command comes first: adcli {command} {shlex.join(words)}"
        )
    found = suggestion(name, names)
    return UsageError(message, hint=found or "adcli --help lists the commands")


def _topic(text: str) -> str | None:
    """The topic of a course that somebody asked for, maybe by its first word."""
    from adcli.explanations.topics import TOPICS

    return next((t for t in TOPICS if text.lower() in (t, t.split()[0])), None)


def naming_sample(error: UsageError, program: str) -> UsageError:
    """The error, with the way to a sample if a file of its name is missing: a help's examples name
    samples."""
    from adcli.loading import looks_like_path, split_entry
    from adcli.sample_programs import sample_names

    path, _ = split_entry(program)
    name = os.path.basename(path)
    if not looks_like_path(program) or os.path.exists(path) or name not in sample_names():
        return error
    hint = f"it is a sample: adcli samples {name} -o {name} writes it, then use {name}"
    return UsageError(error.message, hint=hint)


def in_our_words(error: click.UsageError) -> UsageError:
    """An error of click's as one of ours."""
    where = error.ctx.command_path if error.ctx else "adcli"
    more = f"{where} --help tells more"
    match error:
        case click.NoSuchOption():
            return _no_option(error, more)
        case click.MissingParameter():
            hint = _file_of_option(error) or _example(error) or more
            return UsageError(f"{_name(error)} is missing", hint=hint)
        case click.BadParameter():
            return _bad_value(error, more)
        case click.BadOptionUsage():
            hint = _example(error, error.option_name) or _example(error) or more
            return UsageError(f"{error.option_name} has no value", hint=hint)
    extra = re.search(r"unexpected extra arguments? \((.*)\)", error.message)
    if extra is not None:
        hint = _too_much(extra[1], error, where, more)
        return UsageError(f"too much is given: {extra[1]}", hint=hint)
    return UsageError(error.format_message(), hint=more)


def _file_of_option(error: click.MissingParameter) -> str | None:
    """The option with its file, if that stands among the words without it: `fit MODEL d.csv`."""
    words = error.ctx.meta.get(WORDS, ()) if error.ctx else ()
    is_file = isinstance(error.param, click.Option) and error.param.metavar == "FILE"
    files = [word for word in words if is_file and os.path.isfile(word)]
    return f"write {_name(error)} {shlex.quote(files[-1])}" if files else None


def _too_much(extra: str, error: click.UsageError, where: str, more: str) -> str:
    """What to write where words are left over: those of a point, of an expression, or options."""
    names = _names_of(error)
    if extra.startswith("--"):
        return "options stand before --"
    if long := re.match("[–—-]+([a-z-]+)( |$)", extra) if extra[0] in "–—" else None:
        dashes = "--" if len(long[1]) > 1 else "-"  # a word processor joins them
        return f"write the hyphens of the keyboard: {dashes}{long[1]}"
    dashed = re.match("-([a-z]{2,})( |$)", extra)
    if dashed and dashed[1] in names:
        return f"an option of several letters has two dashes: --{dashed[1]}"
    if re.match("-[a-z]( |$)", extra):
        return f"if {extra[:2]} is to be an option: {more}"
    if re.match(r"([^\W\d]\w*=|[\d.]+([, ]|$))", extra) and "at" in names:
        return f'a point stands behind --at, in quotes if it has spaces: --at "{extra}"'
    points = error.ctx.params.get("at") if error.ctx else None
    if re.match(r"= ?\S", extra) and points:
        return f'a point with spaces is put in quotes: --at "{points[-1]} {extra}"'
    if "claims" in names and extra[0] not in "+-*/^=":
        return f'a derivative to judge stands behind --claim: --claim "{extra}"'
    program = str(error.ctx.params.get("program", "")) if error.ctx else ""
    if "wrt" in names and extra in re.findall(r"[^\W\d]\w*", program):
        return f"the input to differentiate by stands behind --wrt: --wrt {extra}"
    if "program" not in names:
        return _example(error) or more
    return f'an expression with spaces is put in quotes: {where} "x + y"'


def _names_of(error: click.UsageError) -> list[str | None]:
    """The names of a command's parameters."""
    return [param.name for param in error.ctx.command.params] if error.ctx else []


def _no_option(error: click.NoSuchOption, more: str) -> UsageError:
    message = f"there is no option '{error.option_name}'"
    meant = _option_meant(error)
    if meant is not None:
        return UsageError(message, hint=f"write {meant}")
    near = _near_option(error)
    if near is not None:
        return UsageError(message, hint=near)
    if re.fullmatch(r"--?[a-z-]+", error.option_name):
        return UsageError(message, hint=more)
    return UsageError(message, hint="put -- before an expression that starts with a minus sign")


def _near_option(error: click.NoSuchOption) -> str | None:
    """An option of which the name is one word, or that is close to it; `--` makes none close."""
    word = error.option_name.lstrip("-").lower()
    params = error.ctx.command.params if error.ctx else []
    options = {
        max(param.opts, key=len).lstrip("-"): max(param.opts, key=len)
        for param in params
        if isinstance(param, click.Option)
    }
    for name, option in options.items():
        if word in name.split("-") or (len(word) > 2 and name.startswith(word)):
            return f"did you mean '{option}'?"
    near = suggestion(word, options)
    return re.sub("'(.+)'", lambda m: f"'{options[m[1]]}'", near) if near else None


def _option_meant(error: click.NoSuchOption) -> str | None:
    """The option of another name (`--range`), or the value that was written as one (`--latex`)."""
    word = error.option_name.lstrip("-").lower()
    params = error.ctx.command.params if error.ctx else []
    options = [param for param in params if isinstance(param, click.Option)]
    for option in options:
        if f"--{_OPTIONS_MEANT.get(word)}" in option.opts:
            return f"--{_OPTIONS_MEANT[word]}"
    for option in options:
        for value in (word, _VALUES_MEANT.get(word)):
            if isinstance(option.type, click.Choice) and value in option.type.choices:
                return f"{max(option.opts, key=len)} {value}"
    return None


def _name(error: click.BadParameter) -> str:
    """How the command line calls what an error is about."""
    param = error.param
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    if param is not None and isinstance(param.type, click.Choice):
        return (param.name or "").upper()
    return (param.make_metavar(error.ctx) if param and error.ctx else "an argument").strip("[]")


def _bad_value(error: click.BadParameter, more: str) -> UsageError:
    name, param = _name(error), error.param
    given = re.match(r"'(.*?)' is not one of", error.message)
    if given is not None and param is not None and isinstance(param.type, click.Choice):
        values = [str(value) for value in param.type.choices]
        meant = _VALUES_MEANT.get(given[1].lower())
        near = f"did you mean '{meant}'?" if meant in values else suggestion(given[1], values)
        hint = near or f"the values are {', '.join(values)}"
        return UsageError(f"{name} cannot be '{given[1]}'", hint=hint)
    if param is not None and isinstance(param.type, click.IntRange | click.FloatRange):
        typed = re.match(r"'?(.*?)'? is not ", error.message)
        value = typed[1] if typed else ""
        return UsageError(f"{name} cannot be '{value}'", hint=_range(name, value, param.type))
    return UsageError(f"{name}: {error.message.rstrip('.')}", hint=more)


def _range(name: str, value: str, kind: Any) -> str:
    """What a number may be, with the one that is closest to what was typed."""
    whole = _whole(value)
    if whole is not None and (kind.min or 0) <= whole <= (whole if kind.max is None else kind.max):
        return f"write {name} {whole}"
    least = kind.min if kind.min is not None else kind.max
    if kind.max is not None and re.fullmatch(r"\d+(\.\d*)?", value) and float(value) > kind.max:
        least = kind.max
    some = f"a number from {kind.min} on" if kind.max is None else f"{kind.min} to {kind.max}"
    return f"write {name} {least}; it may be {some}"


def _whole(value: str) -> int | None:
    """The whole number that is meant by `1e5`, `10_000`, `100,000` or `5.0`."""
    try:
        found = float(re.sub(r"(?<=\d)[,_' ](?=\d{3}\b)", "", value))
    except ValueError:
        return None
    return int(found) if found.is_integer() else None


def _example(error: click.UsageError, option: str = "") -> str | None:
    """The command's own example, from its help: the first one that has an option."""
    text = (error.ctx.command.help or "") if error.ctx else ""
    found = re.search(rf"^ *(adcli .*{option}\b.*[^\\])$", text, re.MULTILINE)
    return f"for example: {found[1]}" if found is not None else None
