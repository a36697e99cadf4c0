"""The script that makes releases, and what continuous integration installs."""

from __future__ import annotations

import datetime
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

import adcli

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / ".ci"

pytestmark = pytest.mark.skipif(not SCRIPTS.exists(), reason="not in a checkout")

PACKAGE = '"""What it is."""\n\n__version__ = "0.1.0"\n'
CHANGELOG = "# Changelog\n\n## Unreleased\n\n- Something new.\n\n## 0.0.9 (2025-01-31)\n\n- Old.\n"
DAY = datetime.date(2026, 2, 3)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("release", str(SCRIPTS / "release"))
    spec = spec_from_loader("release", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_a_release_has_its_version_and_date(script: ModuleType) -> None:
    """The version changes in the package, and what was unreleased has a section of its own."""
    package, changelog = script.released(PACKAGE, CHANGELOG, "0.2.0", DAY)
    assert package == PACKAGE.replace("0.1.0", "0.2.0")
    head, released, before = changelog.split("\n## ")[0:1] + changelog.split("\n## ")[2:]
    assert head == "# Changelog\n"
    assert released == "0.2.0 (2026-02-03)\n\n- Something new.\n"
    assert before == "0.0.9 (2025-01-31)\n\n- Old.\n"


@pytest.mark.parametrize(
    ("changelog", "version", "reason"),
    [
        (CHANGELOG, "0.0.8", "not newer"),
        (CHANGELOG, "0.0.9", "not newer"),
        (CHANGELOG, "two", "no version"),
        ("# Changelog\n\n## Unreleased\n\n## 0.0.9 (2025-01-31)\n", "0.2.0", "nothing under"),
        ("# Changelog\n", "0.2.0", "nothing under"),
    ],
)
def test_no_release_without_a_reason(
    script: ModuleType, changelog: str, version: str, reason: str
) -> None:
    """Versions go up, and each release says what is new."""
    with pytest.raises(script.Refused, match=reason):
        script.released(PACKAGE, changelog, version, DAY)


def test_the_version_stands_in_one_place() -> None:
    """The script, and the package that is installed, read it from there."""
    told = subprocess.run(
        [sys.executable, SCRIPTS / "release", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == adcli.__version__ + "\n"
    assert adcli.__version__ not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_lowest_versions_are_those_of_the_project() -> None:
    """Each requirement has a lower bound; continuous integration tests with all of them."""
    made = subprocess.run(
        [sys.executable, SCRIPTS / "lowest"], capture_output=True, text=True, check=True
    )
    names = {line.partition("==")[0] for line in made.stdout.splitlines()}
    assert {"click", "lark", "rich", "llvmlite", "pytest"} <= names
    assert all("==" in line for line in made.stdout.splitlines())
