"""The commands: files in, files out, and what is said on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from optimiser.commands import main
from tests.optimiser.instances import GOOD, best_of, made, write_folder, written

Run = Callable[..., int]


def group(folder: Path, out: Path, *more: str) -> int:
    return main(["group", str(folder), "--out", str(out), *more])


def share(folder: Path, solution: Path, out: Path) -> int:
    return main(["share", str(folder), str(solution), "--out", str(out)])


def explain(folder: Path, solution: Path, requirement: str, out: Path) -> int:
    asked = ["explain", str(folder), str(solution), "--requirement", requirement]
    return main([*asked, "--out", str(out)])


def process(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "optimiser", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("seed", range(8))
def test_group_writes_the_best_lots_and_the_proof(seed: int, tmp_path: Path):
    problem = made(seed, 7)
    assert group(written(problem, tmp_path / "in"), tmp_path / "out.json") == 0
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["net_benefit"] == pytest.approx(best_of(problem)[0], abs=0.01)
    assert found["upper_bound"] >= best_of(problem)[0] - 1e-6
    assert found["proven_optimal"] is True
    assert set(found) == {
        "lots", "net_benefit", "upper_bound", "proven_optimal", "seconds", "categories",
    }  # fmt: skip
    (category,) = found["categories"]
    assert set(category) == {
        "category", "requirements", "net_benefit", "upper_bound", "seconds", "method",
    }  # fmt: skip
    assert category["requirements"] == 7


def test_the_solver_says_nothing_on_stdout_not_even_a_greeting():
    asked = (
        "import pulp; from optimiser.highs import solver; model = pulp.LpProblem('tried');"
        "model += model.add_variable('x', lowBound=0); model.solve(solver())"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_the_summary_is_the_only_line_on_stdout_and_progress_goes_to_stderr(tmp_path: Path):
    folder = write_folder(tmp_path / "in")
    done = process("group", str(folder), "--out", str(tmp_path / "out.json"), "--time-limit", "9")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert done.stdout.startswith("1 joint lots of 3 requirements, net benefit £")
    assert "Read 3 requirements." in done.stderr
    assert "2 of 2 categories" in done.stderr
    assert "\r" not in done.stderr
    assert not list(tmp_path.glob("*.part"))


def test_faults_of_an_instance_are_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    rows = [list(row) for row in GOOD["requirements"]]
    rows[0][3], rows[1][1] = "1e400", "A9"
    folder = write_folder(tmp_path / "in", {"requirements": rows})
    assert group(folder, tmp_path / "out.json") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "The input is wrong, 2 faults:" in said.err
    assert 'requirements.csv, row 2, column value: found "1e400"; expected a number' in said.err
    assert 'requirements.csv, row 3, column authority: found "A9"; expected an auth' in said.err
    assert list(tmp_path.iterdir()) == [folder]


def test_the_answer_of_before_stays_where_the_input_is_wrong(tmp_path: Path):
    out = tmp_path / "out.json"
    out.write_text("before")
    assert group(tmp_path / "nowhere", out) == 2
    assert out.read_text() == "before"


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("nowhere/out.json", "expected a folder that exists, to write the answer in"),
        (".", "expected the name of a file to write, and this is a folder"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_named_before_any_work(
    out: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert group(write_folder(tmp_path / "in"), tmp_path / out) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--time-limit", "soon"],
        ["--time-limit", "-1"],
        ["--time-limit", "nan"],
        ["--gap", "1"],
        ["--gap", "-0.1"],
        ["--workers", "0"],
        ["--workers", "2.5"],
        ["--colour", "red"],
    ],
)
def test_a_wrong_option_is_refused_with_exit_2(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as stopped:
        group(write_folder(tmp_path / "in"), tmp_path / "out.json", *wrong)
    assert stopped.value.code == 2
    assert wrong[0] in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


def test_without_time_there_is_an_answer_with_a_bound(tmp_path: Path):
    problem = made(3, 8)
    folder = written(problem, tmp_path / "in")
    assert group(folder, tmp_path / "out.json", "--time-limit", "0") == 0
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["net_benefit"] <= best_of(problem)[0] + 0.01 <= found["upper_bound"] + 0.02


def test_an_instance_without_requirements_has_an_answer(tmp_path: Path):
    folder = write_folder(tmp_path / "in", {"requirements": []})
    assert group(folder, tmp_path / "out.json") == 0
    found = json.loads((tmp_path / "out.json").read_text())
    assert (found["lots"], found["net_benefit"], found["proven_optimal"]) == ([], 0, True)


def test_share_divides_each_joint_lot(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = write_folder(tmp_path / "in")
    assert group(folder, tmp_path / "out.json") == 0
    assert share(folder, tmp_path / "out.json", tmp_path / "shares.json") == 0
    (lot,) = json.loads((tmp_path / "shares.json").read_text())
    assert set(lot) == {
        "lot", "net_benefit", "authorities", "shapley_error", "blocking", "core_is_empty",
    }  # fmt: skip
    assert sorted(lot["lot"]) == ["R1", "R2"]
    assert set(lot["authorities"]) == {"A1", "A2"}
    for measure in ("shapley", "stable"):
        total = sum(each[measure] for each in lot["authorities"].values())
        assert total == pytest.approx(lot["net_benefit"])
    assert (lot["shapley_error"], lot["blocking"], lot["core_is_empty"]) == (0, None, False)
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 joint lots divided;")


def test_explain_tells_why_a_requirement_is_where_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    problem = made(12, 7)
    folder = written(problem, tmp_path / "in")
    assert group(folder, tmp_path / "out.json") == 0
    one = json.loads((tmp_path / "out.json").read_text())["lots"][0][0]
    assert explain(folder, tmp_path / "out.json", one, tmp_path / "why.json") == 0
    found = json.loads((tmp_path / "why.json").read_text())
    assert set(found) == {"requirement", "lot", "worth_to_lot", "alternatives", "insistence"}
    assert one == found["requirement"]
    assert one in found["lot"]
    assert found["alternatives"]
    for each in found["alternatives"]:
        assert set(each) == {"lot", "change", "barred_by"}
    for each in found["insistence"]:
        assert set(each) == {"limit", "from", "to", "gain", "gain_at_most"}
        assert 0 <= each["gain"] <= each["gain_at_most"]
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"{one} is worth £")


def test_an_unknown_requirement_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = write_folder(tmp_path / "in")
    (tmp_path / "out.json").write_text('{"lots": []}')
    assert explain(folder, tmp_path / "out.json", "R9", tmp_path / "why.json") == 2
    said = 'requirement: found "R9"; expected a requirement of requirements.csv'
    assert said in capsys.readouterr().err
    assert not (tmp_path / "why.json").exists()


SOLUTIONS = [
    ("{", "solution.json, row 1: expected JSON"),
    ("[]", 'expected an object with "lots", a list of lists of ids'),
    ('{"lots": {}}', 'expected an object with "lots", a list of lists of ids'),
    ('{"lots": [[]]}', "column lots, lot 1: expected a list of at least one requirement's id"),
    ('{"lots": [["R1"], [7]]}', "column lots, lot 2: expected a list of at least one"),
    ('{"lots": [["R9"]]}', 'lots, lot 1: found "R9"; expected a requirement of requirements.csv'),
    ('{"lots": [["R1"], ["R2", "R1"]]}', 'lot 2: found "R1"; expected each requirement once, and'),
    ('{"lots": [["R1", "R3"]]}', "expected a feasible lot, which this is not: more than one cat"),
    ("[" * 100_000, 'expected JSON of the form {"lots": [["R1", "R7"], ["R2"]]}'),
    ('{"lots": [["R1', "solution.json, row 1: expected JSON"),
    (None, "expected a solution file"),
]


@pytest.mark.parametrize(("content", "said"), SOLUTIONS)
def test_a_wrong_solution_is_named(
    content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    if content is not None:
        (tmp_path / "solution.json").write_text(content)
    folder = write_folder(tmp_path / "in")
    assert share(folder, tmp_path / "solution.json", tmp_path / "shares.json") == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "shares.json").exists()


@pytest.mark.shared
def test_the_referee_accepts_what_is_written(shared: Path, tmp_path: Path):
    folder, out = tmp_path / "in", tmp_path / "out.json"
    make, check = (str(shared / "lot-grouping" / name) for name in ("make.py", "check.py"))
    few = ["--authorities", "12", "--categories", "6"]
    subprocess.run([sys.executable, make, "mixed", str(folder), *few], check=True)
    assert group(folder, out, "--time-limit", "6") == 0
    referee = [sys.executable, check, str(folder), str(out)]
    verdict = subprocess.run(referee, capture_output=True, text=True, check=False)
    assert verdict.returncode == 0, verdict.stdout
    assert share(folder, out, tmp_path / "shares.json") == 0


@pytest.mark.shared
@pytest.mark.parametrize(("sign", "workers"), [(signal.SIGTERM, "1"), (signal.SIGINT, "2")])
def test_a_run_that_is_asked_to_stop_writes_the_best_lots_so_far(
    sign: signal.Signals, workers: str, shared: Path, tmp_path: Path
):
    folder, out = tmp_path / "in", tmp_path / "out.json"
    make = str(shared / "lot-grouping" / "make.py")
    subprocess.run([sys.executable, make, "books", str(folder), "--seed", "3"], check=True)
    command = [sys.executable, "-m", "optimiser", "group", str(folder), "--out", str(out)]
    with subprocess.Popen(
        [*command, "--workers", workers],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as run:
        assert run.stderr is not None
        while b" of 40 categories" not in run.stderr.readline():
            time.sleep(0.01)
        # As a terminal does: to every process of the run.
        os.killpg(run.pid, sign) if sign == signal.SIGINT else run.send_signal(sign)
        said, complaints = run.communicate(timeout=60)
    assert run.returncode == 0, complaints
    assert b"Traceback" not in complaints
    assert b"below the best" in said
    assert json.loads(out.read_text())["proven_optimal"] is False
