"""What all tests share: expected output in files, a cache, the number of examples that are drawn.

The profile `ci` is quick and draws the same every time; HYPOTHESIS_PROFILE=long searches.
"""

from __future__ import annotations

import os
import signal
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

_GOLDEN = Path(__file__).parent / "golden"

_FEW = 8  #: examples of a test that the fast gear runs without choosing among them

_UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "ci",
    max_examples=40,
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # to make a failure small takes minutes: use `long`
    suppress_health_check=_UNHURRIED,
)
settings.register_profile(
    "long", max_examples=4000, deadline=None, suppress_health_check=_UNHURRIED, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write what tests got to tests/golden"
    )


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what -m does not ask for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that is left out of the fast gear says why; where a test has many examples, the fast
    gear runs the first and one in five of the others, the same ones each time."""
    examples: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        marks = list(item.iter_markers("slow"))
        if any(not mark.args for mark in marks):
            raise pytest.UsageError(f"{item.nodeid} is slow: for what reason?")
        if not marks:
            examples[item.nodeid.partition("[")[0]].append(item)
    for of_one_test in examples.values():
        for item in of_one_test[1:] if len(of_one_test) > _FEW else []:
            if zlib.crc32(item.nodeid.encode()) % 5:
                item.add_marker(pytest.mark.slow(f"one of {len(of_one_test)} examples"))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What other runs left behind is not used, and nothing is left to them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> Iterator[None]:
    """What tests start can be interrupted, also where the tests themselves run in the background of
    a shell without jobs, which has its children ignore Ctrl-C."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of that name in tests/golden."""

    def compare(name: str, text: str) -> None:
        path = _GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8")

    return compare
