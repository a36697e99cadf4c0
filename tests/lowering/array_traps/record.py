"""Write `reference.json`: what NumPy gives for each trap.  Run it where NumPy is installed.

python tests/lowering/array_traps/record.py
"""

import contextlib
import importlib
import inspect
import json
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


def plain(value: object) -> object:
    """A result as lists and numbers."""
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(v) for v in value]
    return float(value)


def main() -> None:
    import numpy as np

    warnings.simplefilter("ignore")
    point = importlib.import_module("point").POINT
    found: dict[str, object] = {}
    for path in sorted(HERE.glob("*.py")):
        if path.stem in ("record", "point"):
            continue
        module = importlib.import_module(path.stem)
        for name, function in list(vars(module).items()):
            if not inspect.isfunction(function) or function.__module__ != path.stem:
                continue
            given = {}
            for key in inspect.signature(function).parameters:
                value = point[key]
                given[key] = np.array(value) if isinstance(value, list) else value
            try:
                value = plain(function(**given))
            except Exception as fault:
                value = {"raises": type(fault).__name__}
            found[f"{path.stem}.{name}"] = value
    with contextlib.suppress(OSError):
        text = ",\n".join([f"{json.dumps(k)}: {json.dumps(v)}" for k, v in found.items()])
        (HERE / "reference.json").write_text("{\n" + text + "\n}\n")


main()
