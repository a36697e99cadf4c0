"""How much of published Python adcli follows as it stands, with CPython's bits and right slopes.

    python benchmarks/published.py PACKAGE... [--draws] [--peers] [--jobs 2] [--sample N]

The packages (fluids, chemicals, ...) are installed in the environment of adcli, or on PYTHONPATH.
A case is a function with a call on plain numbers in its docstring.  Of each:

- accepted: adcli has a value there;
- bits: the value is CPython's to the last bit, in each engine;
- forward = reverse: to ten digits;
- at a kink or an edge: a note says so, and the two checks below are left out;
- differences: slopes are those of central differences under CPython, to three digits;
- fifty digits: slopes are those of the same text with `mpmath` in place of `math`.

With `--peers`, JAX, autograd and PyTorch differentiate the same functions as far as they are
installed; functions with one result count.

CPython gets an integer as a float where the input is a real one of adcli.  Cases run in processes
of their own, each with a limit of time.  `--json FILE` keeps all outcomes.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import random
import signal
import statistics
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from published_cases import Case, by_cpython, cases, flat
from published_peers import PEERS, are_close, off_differences, peer_outcome

from adcli.engines.interface import Limits

ENGINES = ("interpreter", "python", "native")

Outcome = dict[str, Any]


# -- one case --------------------------------------------------------------------------------------


def outcome_of(case: Case) -> Outcome:
    """What adcli makes of a case."""
    from adcli.errors import AdcliError
    from adcli.ir import nodes as ir
    from adcli.loading import load_python
    from adcli.source import Source

    with open(case.path, encoding="utf-8") as file:
        text = file.read()
    start = time.process_time()
    found: Outcome = {"bits": {}}
    try:
        program = load_python(Source(text, case.path), case.function)
        known = program.for_point(case.point)
        found["lowering"] = time.process_time() - start
        found["size"] = sum([1 for f in known.module.functions.values() for _ in ir.walk(f.body)])
        point = _as_reals(case.point, known.reals)
        try:
            wanted = _hex(flat(by_cpython(case, point)))
        except Exception as error:
            wanted = [f"{type(error).__name__} under CPython"]
        for engine in ENGINES:
            found["value"] = flat(_values(program, point, engine))
            found["state"] = "accepted"
            found["bits"][engine] = _hex(found["value"]) == wanted
    except AdcliError as error:
        found["state"] = "refused" if "state" not in found else "engines differ"
        found["why"] = str(error)
        return found
    wrt = [k for k in case.point if k in known.reals]
    if wrt:
        try:
            _differentiate(program, case, point, wrt, found)
        except AdcliError as error:
            found["no slopes"] = str(error)
    found["seconds"] = time.process_time() - start
    return found


def _as_reals(point: dict[str, Any], reals: Sequence[str]) -> dict[str, Any]:
    def real(value: Any) -> Any:
        return [real(v) for v in value] if isinstance(value, list | tuple) else float(value)

    return {k: real(v) if k in reals else v for k, v in point.items()}


def _values(program: Any, point: dict[str, Any], engine: str) -> list[Any]:
    return list(program.evaluate(point, engine=engine, limits=Limits(precise=True)).values)


def _hex(values: Sequence[Any] | None) -> list[str]:
    return [float(v).hex() for v in values or ()]


def _differentiate(
    program: Any, case: Case, point: dict[str, Any], wrt: list[str], found: Outcome
) -> None:
    """Slopes by both modes, beside those of differences of CPython's values."""
    answers = {m: program.differentiate(point, wrt=wrt, backend=m) for m in ("forward", "reverse")}
    jacobians = {mode: answer.by_input() for mode, answer in answers.items()}
    found["notes"] = list(answers["reverse"].notes)
    slopes = {k: flat(v) or [] for k, v in jacobians["reverse"].items()}
    found["slopes"], found["point"] = slopes, point
    found["modes agree"] = all(
        [are_close(a, b, 1e-10, _scale(found, k))
         for k in wrt for a, b in zip(flat(jacobians["forward"][k]) or [], slopes[k], strict=True)]
    )  # fmt: skip
    found["off"] = off_differences(case, point, slopes)


def _scale(found: Outcome, name: str) -> float:
    """A slope that is small for the values and the input."""
    entries = [abs(v) for v in flat(found["point"][name]) or [1.0]]
    return 1e-6 * max([abs(v) for v in found["value"]]) / max([1e-3, *entries])


def judged(task: tuple[Case, Outcome]) -> Outcome:
    """Whether the slopes are those of fifty digits: the largest relative error."""
    import fifty_digits

    case, outcome = task
    if "math" not in sys.modules or hasattr(sys.modules["math"], "__loader__"):
        fifty_digits.replace_math()
    errors = {}
    for name, slopes in outcome["slopes"].items():
        if isinstance(outcome["point"][name], list) and len(slopes) > 50:
            continue
        columns = fifty_digits.slopes(lambda p: flat(by_cpython(case, p)), outcome["point"], name)
        exact = [float(c[i]) for i in range(len(columns[0])) for c in columns]
        scale = _scale(outcome, name)
        errors[name] = max(
            [abs(a - b) / max(abs(b), scale, 1e-300) for a, b in zip(slopes, exact, strict=True)]
        )
    return {"state": "judged", "errors": errors}


# -- processes -------------------------------------------------------------------------------------


def _work(work: Callable[[Any], Outcome], connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        task = connection.recv()
        try:
            found = work(task)
        except (Exception, SystemExit, RecursionError) as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{where.filename.rpartition('/')[2]}:{where.lineno}"
            found = {"state": "crash", "why": f"{type(error).__name__} {error} ({place})"}
        connection.send(found)


class Pool:
    """Processes that each do one task after the other; one that takes too long is replaced."""

    def __init__(self, work: Callable[[Any], Outcome], jobs: int, seconds: float) -> None:
        self.work = work
        self.jobs = jobs
        self.seconds = seconds
        self.context = multiprocessing.get_context("spawn")

    def _start(self) -> tuple[Any, Connection]:
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=_work, args=(self.work, theirs), daemon=True)
        process.start()
        theirs.close()
        return process, ours

    def outcomes(self, tasks: Sequence[Any]) -> Iterator[tuple[Any, Outcome]]:
        """Each task with what came of it, in the order in which they finish."""
        todo = list(reversed(tasks))
        idle = [self._start() for _ in range(min(self.jobs, len(todo)))]
        busy: dict[Connection, tuple[Any, Any, float]] = {}
        while todo or busy:
            while todo and idle:
                process, connection = idle.pop()
                task = todo.pop()
                connection.send(task)
                busy[connection] = (process, task, time.monotonic() + self.seconds)
            first = min([limit for _, _, limit in busy.values()])
            ready = wait(list(busy), max(0.0, first - time.monotonic()))
            late = [c for c, (_, _, limit) in busy.items() if limit <= time.monotonic()]
            for connection in {*ready, *late}:
                process, task, _ = busy.pop(connection)
                found: Outcome = {"state": "late", "why": f"over {self.seconds:g} s"}
                if connection in ready:
                    try:
                        found = connection.recv()
                    except EOFError:
                        found = {"state": "crash", "why": "the process ended"}
                if found["state"] == "late" or not process.is_alive():
                    process.kill()
                    idle.append(self._start())
                else:
                    idle.append((process, connection))
                yield task, found
        for process, _ in idle:
            process.kill()


# -- report ----------------------------------------------------------------------------------------


def report(outcomes: list[tuple[Case, Outcome]], show: int) -> None:
    """The shares, times and reasons of all cases together."""
    all_found = [o for _, o in outcomes]
    accepted = [(c, o) for c, o in outcomes if o["state"] == "accepted"]
    states = Counter([o["state"] for o in all_found])
    print(f"{len(all_found)} functions: {dict(states)}")
    _share("accepted", len(accepted), len(all_found))
    for engine in ENGINES:
        _share(f"bits, {engine}", sum([o["bits"][engine] for _, o in accepted]), len(accepted))
    sloped = [(c, o) for c, o in accepted if "slopes" in o]
    _share("forward = reverse", sum([o["modes agree"] for _, o in sloped]), len(sloped))
    smooth = [(c, o) for c, o in sloped if not o["notes"]]
    print(f"  at a kink or an edge, with a note: {len(sloped) - len(smooth)}")
    _share("differences", sum([not o["off"] for _, o in smooth]), len(smooth))
    judgement = [max(o["errors"].values(), default=0.0) for _, o in smooth if "errors" in o]
    for digits in (11, 7):
        right = sum([e <= 10.0**-digits for e in judgement])
        _share(f"fifty digits, to {digits}", right, len(judgement))
    times = sorted([o["lowering"] for o in all_found if "lowering" in o])
    if times:
        sizes = [o["size"] for o in all_found if "size" in o]
        print(f"lowering: median {statistics.median(times):.3f} s, worst {times[-1]:.2f} s; "
              f"statements: median {statistics.median(sizes):.0f}, most {max(sizes)}")  # fmt: skip
    _reasons(outcomes, show)


def _share(what: str, count: int, total: int) -> None:
    print(f"  {what:22} {count:5} of {total:5}  {100 * count / max(total, 1):6.2f} %")


def _reasons(outcomes: list[tuple[Case, Outcome]], show: int) -> None:
    reasons: dict[str, list[str]] = {}
    for case, found in outcomes:
        notes = []
        if found["state"] != "accepted":
            notes.append(f"{found['state']}: {found['why']}")
        if "no slopes" in found:
            notes.append(f"no slopes: {found['no slopes']}")
        wrong = [e for e, same in found.get("bits", {}).items() if not same]
        if wrong:
            notes.append(f"other bits: {', '.join(wrong)}")
        if not found.get("modes agree", True):
            notes.append("forward and reverse differ")
        if found.get("off") and not found["notes"]:
            notes.append(f"other than differences: {found['off'][0]}")
        worst_error = max(found.get("errors", {}).values(), default=0.0)
        if worst_error > 1e-11 and not found["notes"]:
            worst = max(found["errors"], key=lambda k: found["errors"][k])
            notes.append(f"fifty digits: d/d{worst} off by {found['errors'][worst]:.1e}")
        for note in notes:
            reasons.setdefault(note.split(" (")[0][:110], []).append(case.label)
    for reason, labels in sorted(reasons.items(), key=lambda item: -len(item[1]))[:show]:
        print(f"{len(labels):5}  {reason}: {', '.join(labels[:3])}{' ...' * (len(labels) > 3)}")


def _report_peers(outcomes: list[tuple[Case, Outcome]], jobs: int, seconds: float) -> None:
    """A table: of the functions with one result, how many each tool differentiates."""
    single = []
    for case, found in outcomes:
        reals = [k for k, v in case.point.items() if isinstance(v, float)]
        point, wrt = found.get("point", case.point), list(found.get("slopes", reals))
        if wrt and len(found.get("value", [0.0])) == 1:
            single.append((case, point, wrt, found))
    ours = [f for *_, f in single if "slopes" in f and (f["notes"] or not f["off"])]
    print(f"functions of real inputs with one result: {len(single)}")
    _share("adcli", len(ours), len(single))
    for peer in PEERS:
        if importlib.util.find_spec({"PyTorch": "torch"}.get(peer, peer.lower())) is None:
            print(f"  {peer:22} not installed")
            continue
        tasks = [(peer, case, point, wrt) for case, point, wrt, _ in single]
        found = [f for _, f in Pool(peer_outcome, jobs, seconds).outcomes(tasks)]
        _share(peer, sum([f["state"] == "differentiated" for f in found]), len(single))
        reasons = Counter([f["why"] if f["state"] == "refused" else f["state"] for f in found])
        print("     ", ", ".join([f"{why} {n}" for why, n in reasons.most_common(6)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("packages", nargs="+")
    parser.add_argument("--only", help="functions whose names hold this")
    parser.add_argument("--draws", action="store_true", help="points for functions without one")
    parser.add_argument("--peers", action="store_true", help="JAX, autograd, PyTorch beside it")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--show", type=int, default=40)
    parser.add_argument("--json")
    options = parser.parse_args()
    work = _drawn_cases_of if options.draws else _cases_of
    found = list(Pool(work, options.jobs, 1800).outcomes(options.packages))
    for package, made in found:
        if made["state"] != "made":
            raise SystemExit(f"{package}: {made['why']}")
    tasks = [case for _, made in sorted(found, key=lambda pair: pair[0]) for case in made["cases"]]
    tasks = [case for case in tasks if options.only is None or options.only in case.label]
    if options.sample and options.sample < len(tasks):
        tasks = random.Random(1).sample(tasks, options.sample)
    outcomes = list(Pool(outcome_of, options.jobs, options.seconds).outcomes(tasks))
    sloped = [(c, o) for c, o in outcomes if "slopes" in o]
    for (_, outcome), verdict in Pool(judged, options.jobs, options.seconds).outcomes(sloped):
        if verdict["state"] == "judged":
            outcome["errors"] = verdict["errors"]
        else:
            outcome["not judged"] = verdict["why"]
    outcomes.sort(key=lambda pair: pair[0].label)
    if options.json:
        with open(options.json, "w") as file:
            json.dump([{**c._asdict(), **o} for c, o in outcomes], file)
    report(outcomes, options.show)
    if options.peers:
        _report_peers(outcomes, options.jobs, options.seconds)


def _cases_of(package: str) -> Outcome:
    return {"state": "made", "cases": list(cases(package))}


def _drawn_cases_of(package: str) -> Outcome:
    return {"state": "made", "cases": list(cases(package, draws=True))}


if __name__ == "__main__":
    main()
