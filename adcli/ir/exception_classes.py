"""Classes of exceptions: their numbers, which a status holds, and which class is a kind of which.

Invariant: the number of a built-in class never changes, 0 is none, and the classes of a program
have numbers from `FIRST_OF_PROGRAM` on.  *The Python Library Reference*, "Exception hierarchy".
"""

from __future__ import annotations

from collections.abc import Iterator

#: For each built-in class its number and the class that it is derived from.
_BUILT_IN: dict[str, tuple[int, str]] = {
    "BaseException": (1, ""),
    "Exception": (2, "BaseException"),
    "ArithmeticError": (3, "Exception"),
    "ZeroDivisionError": (4, "ArithmeticError"),
    "OverflowError": (5, "ArithmeticError"),
    "FloatingPointError": (6, "ArithmeticError"),
    "ValueError": (7, "Exception"),
    "TypeError": (8, "Exception"),
    "LookupError": (9, "Exception"),
    "IndexError": (10, "LookupError"),
    "KeyError": (11, "LookupError"),
    "AttributeError": (12, "Exception"),
    "RuntimeError": (13, "Exception"),
    "NotImplementedError": (14, "RuntimeError"),
    "RecursionError": (15, "RuntimeError"),
    "AssertionError": (16, "Exception"),
    "StopIteration": (17, "Exception"),
    "NameError": (18, "Exception"),
    "UnboundLocalError": (19, "NameError"),
    "ImportError": (20, "Exception"),
    "ModuleNotFoundError": (21, "ImportError"),
    "MemoryError": (22, "Exception"),
    "EOFError": (23, "Exception"),
    "OSError": (24, "Exception"),
    "FileNotFoundError": (25, "OSError"),
    "PermissionError": (26, "OSError"),
    "TimeoutError": (27, "OSError"),
    "BufferError": (28, "Exception"),
    "ReferenceError": (29, "Exception"),
    "SystemError": (30, "Exception"),
    "UnicodeError": (31, "ValueError"),
    "Warning": (32, "Exception"),
    "UserWarning": (33, "Warning"),
    "DeprecationWarning": (34, "Warning"),
    "RuntimeWarning": (35, "Warning"),
    "StopAsyncIteration": (36, "Exception"),
    "KeyboardInterrupt": (37, "BaseException"),
    "SystemExit": (38, "BaseException"),
    "GeneratorExit": (39, "BaseException"),
}

#: The classes of a program have numbers from here on.
FIRST_OF_PROGRAM = 1000

_NAMES = {number: name for name, (number, _) in _BUILT_IN.items()}


def is_built_in(name: str) -> bool:
    """Whether a class has a number here."""
    return name in _BUILT_IN


def number_of(name: str) -> int:
    """The number of a built-in class."""
    return _BUILT_IN[name][0]


def name_of(number: int) -> str:
    """The name of the built-in class with a number; empty: it is no built-in class."""
    return _NAMES.get(number, "")


def bases_of(name: str) -> Iterator[str]:
    """A built-in class and those that it is derived from, up to `BaseException`."""
    while name:
        yield name
        name = _BUILT_IN[name][1]
