"""The samples that come with the package."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from adcli.sample_programs import sample_directory

SAMPLES = Path(__file__).parents[2] / "samples"


def test_the_list_has_each_sample(adcli: Any) -> None:
    """A line each, with what it is; the point is in JSON."""
    code, out, _ = adcli("samples")
    names = sorted(p.name for p in SAMPLES.iterdir() if p.is_file())
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[2:]] == names
    found = json.loads(adcli("samples", "--json")[1])["samples"]
    assert [each["name"] for each in found] == names
    assert all(each["about"] and each["at"] for each in found)


@pytest.mark.parametrize("name", ["newton", "newton.py", "samples/newton.py"])
def test_a_sample_is_printed_as_it_stands(
    adcli: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text runs when it is piped into another command."""
    code, out, _ = adcli("samples", name)
    assert (code, out) == (0, (SAMPLES / "newton.py").read_text(encoding="utf-8"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(out.encode())))
    assert adcli("grad", "-", "--at", "a=4")[1] == "value 2.0\na     0.25\n"


def test_a_sample_that_is_missing_is_written_by_its_hint(
    adcli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Helps name samples by paths of the repository, which are not there where it is installed."""
    monkeypatch.chdir(tmp_path)
    line = ["swell", "samples/logistic.py", "--over", "n=1..2"]
    code, _, err = adcli(*line)
    assert code == 2
    assert "hint: it is a sample: adcli samples logistic.py -o logistic.py writes it" in err
    assert adcli("samples", "logistic.py", "-o", "logistic.py")[0] == 0
    line[1] = "logistic.py"
    assert adcli(*line)[0] == 0


def test_a_wrong_name_has_a_hint(adcli: Any) -> None:
    code, _, err = adcli("samples", "newtn")
    assert (code, "did you mean 'newton'?" in err) == (2, True)
    assert "adcli samples lists" in adcli("samples", "zzz")[2]


def test_the_package_has_the_samples_of_the_checkout() -> None:
    """Where they are copied into a wheel, they are the same."""
    for path in (p for p in SAMPLES.iterdir() if p.is_file()):
        assert Path(sample_directory(), path.name).read_bytes() == path.read_bytes()
