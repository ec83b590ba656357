"""The verifier: what it finds, what it names, and that weaker ones would be found out."""

import hashlib
import io
import random
import re
import subprocess
import sys
from itertools import cycle, islice
from pathlib import Path

import pytest

import verifier
from marketplace.audit.export import export_lines
from tests.audit.forging import KINDS, chained, mutation, read, sealed, story
from verifier.__main__ import lines_of, main, verify
from verifier.chain import (
    HASH_PART,
    RULES,
    Checkpoint,
    Fault,
    canonical,
    hash_fits,
    in_place,
    in_time,
    linked,
)

PROJECT = Path(verifier.__file__).parents[1]


@pytest.fixture
def exported(session, world) -> list[bytes]:
    """The record of a whole world, as an export has it."""
    return [f"{line}\n".encode() for line in export_lines(session)]


def found(content: bytes, end: Checkpoint | None = None, rules=RULES) -> int | None:
    """The entry that the verifier names, or None if it finds all well."""
    try:
        verify(lines_of(io.BytesIO(content)), [end] if end else [], rules)
    except Fault as fault:
        return fault.sequence
    return None


def missed(lines: list[bytes], count: int, rules=RULES) -> list[str]:
    """The mutations in which the verifier does not name the first bad entry."""
    rng, end = random.Random(2027), verify(lines)
    tries = (mutation(lines, kind, rng) for kind in islice(cycle(KINDS), count))
    return [
        f"{each.kind} at {each.first_bad}: {named}"
        for each in tries
        if not each.is_named_by(named := found(each.content, end, rules))
    ]


@pytest.mark.one_database
def test_each_of_500_changes_of_a_record_is_found_where_it_begins(exported):
    assert missed(exported, 500) == []


@pytest.mark.one_database
@pytest.mark.prove
def test_each_of_10000_changes_of_a_record_is_found_where_it_begins(exported):
    assert missed(exported, 10_000) == []


@pytest.mark.one_database
@pytest.mark.parametrize("left_out", [hash_fits, linked])
def test_a_verifier_without_one_of_its_rules_misses_some_of_them(exported, left_out):
    """The seeded fault: the 500 changes tell a weaker verifier from the right one."""
    weaker = [rule for rule in RULES if rule is not left_out]
    assert missed(exported, 500, weaker) != []


def changed(number: int, **values) -> list[bytes]:
    """The story with one entry changed, and all hashes made anew."""
    entries = story()
    detail = {**entries[number - 1]["detail"], **values.pop("detail", {})}
    entries[number - 1] = {**entries[number - 1], "detail": detail, **values}
    return chained(entries)


def without(number: int) -> list[bytes]:
    """The story as if one entry had never been, numbers and all."""
    kept = [entry for entry in story() if entry["sequence"] != number]
    return chained([{**entry, "sequence": place} for place, entry in enumerate(kept, start=1)])


def moved(number: int, to: int) -> list[bytes]:
    """The story told in another order, with the times of that order."""
    entries = story()
    entries.insert(to - 1, entries.pop(number - 1))
    times = [entry["recorded_at"] for entry in story()]
    return chained(
        [
            {**entry, "sequence": place, "recorded_at": time}
            for place, (entry, time) in enumerate(zip(entries, times, strict=True), start=1)
        ]
    )


def written_twice(name: str) -> list[bytes]:
    """The last line says something twice, so that readers can differ on what it says."""
    lines = chained(story())
    covered = lines[-1][: -HASH_PART - 1].replace(
        f'"{name}":'.encode(), f'"{name}":"other","{name}":'.encode()
    )
    sha256 = hashlib.sha256(covered + b"}").hexdigest()
    return [*lines[:-1], covered + f',"sha256":"{sha256}"}}\n'.encode()]


FORGERIES = {
    "a gap": (in_place, changed(6, sequence=7), 6, "stands in its place"),
    "time running back": (
        in_time,
        changed(6, recorded_at="2027-03-01T09:00:00.000000Z"),
        *(6, "time runs back"),
    ),
    "no time": (in_time, changed(6, recorded_at="yesterday"), 6, "not a time"),
    "two readings": (canonical, written_twice("object_id"), 9, "canonical form"),
}

DISORDER = {
    "accepted late": (changed(7, at="2027-03-01T15:00:00.000000Z"), 7, "deadline was"),
    "accepted before publication": (moved(2, 1), 1, "never published"),
    "accepted after the opening": (moved(7, 8), 7, "2 bids were opened and 1 stood"),
    "accepted though opened": (
        changed(9, action="bid_submitted", at="2027-03-01T14:00:00.000000Z"),
        *(9, "its bids were opened"),
    ),
    "accepted though never published": (without(1), 1, "never published"),
    "withdrawn late": (changed(4, at="2027-03-01T12:00:00.000000Z"), 4, "withdrawn though"),
    "withdrawn and not there": (changed(4, object_id="z"), 4, "did not stand"),
    "the withdrawal left out": (without(4), 7, "2 bids were opened and 3 stood"),
    "a bid left out": (without(3), 3, "did not stand"),
    "a bid left out at the opening": (changed(8, detail={"bids": 1}), 8, "1 bids were opened"),
    "opened before the deadline": (changed(8, at="2027-03-01T14:59:59.999999Z"), 8, "before"),
    "the extension left out": (without(5), 5, "deadline was"),
    "moved earlier": (
        changed(5, detail={"after": "2027-03-01T11:30:00+00:00"}),
        *(5, "earlier"),
    ),
    "moved from another deadline": (
        changed(5, detail={"before": "2027-03-01T13:00:00+00:00"}),
        *(5, "the deadline was"),
    ),
    "moved when over": (changed(5, at="2027-03-01T12:00:00.000000Z"), 5, "moved though"),
    "published twice": (changed(2, action="lot_published"), 2, "published or cancelled before"),
    "a detail that is none": (changed(5, detail={"after": "soon"}), 5, "cannot be read"),
    "awarded without an opening": (without(8), 8, "without its bids being opened"),
    "accepted after a cancellation": (changed(5, action="lot_cancelled"), 6, "it was cancelled"),
    "no lot named": (changed(2, detail={"lot": None}), 2, "for which lot"),
}


def test_a_story_in_order_is_well():
    assert verify(chained(story())).sequence == 9


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_forged_with_all_its_hashes_is_found_by_the_rule_against_it(name):
    rule, lines, place, words = FORGERIES[name]
    with pytest.raises(Fault, match=words) as fault:
        verify(lines)
    assert fault.value.sequence == place
    weaker = [each for each in RULES if each is not rule]
    assert found(b"".join(lines), rules=weaker) is None, "the rule alone finds it"


@pytest.mark.parametrize("name", DISORDER)
def test_a_market_out_of_order_is_found(name):
    lines, place, words = DISORDER[name]
    with pytest.raises(Fault, match=re.escape(words)) as fault:
        verify(lines)
    assert fault.value.sequence == place


@pytest.mark.one_database
def test_a_record_made_anew_from_some_entry_on_is_found_by_a_checkpoint_alone(exported):
    kept = verify(exported[:50])
    entries = read(exported)
    entries[30] = {**entries[30], "object_id": "another"}
    forged = chained(entries)
    assert found(b"".join(forged)) is None
    assert found(b"".join(forged), kept) == 50
    assert found(b"".join(exported), kept) is None


def test_hostile_lines_are_faults_and_nothing_worse():
    deep = b'{"action":' + b"[" * 100_000
    huge = story()[0] | {"sequence": 1, "previous": "0" * 64, "detail": {"n": "x" * (1 << 21)}}
    for line in (b"", b"\n", b"\xff\n", b"null\n", b"[]\n", deep, b"1" * 5000, sealed(huge)):
        assert found(line or b" ") == 1
    twice = chained(story())[0].replace(b'"actor"', b'"actor":"q","actor"', 1)
    assert found(twice) == 1


def test_the_command_says_where_and_ends_with_0_1_or_2(tmp_path, capsys):
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_bytes(b"".join(chained(story())))
    bad.write_bytes(b"".join(without(8)))
    assert main([str(good)]) == 0
    said = capsys.readouterr().out
    assert "9 entries, all well" in said
    end = said.split()[-1]
    assert main([str(good), "--checkpoint", end]) == 0
    assert main([str(bad)]) == 1
    assert "entry 8" in capsys.readouterr().out
    assert main([str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
    for wrong in ("9", "9:abc", "x:" + "0" * 64, "-1:" + "0" * 64):
        with pytest.raises(SystemExit) as ended:
            main([str(good), "--checkpoint", wrong])
        assert ended.value.code == 2


def test_a_later_export_must_go_on_from_an_earlier_one(tmp_path, capsys):
    lines = chained(story())
    for name, kept in (("old", lines[:5]), ("new", lines), ("other", without(2))):
        (tmp_path / name).write_bytes(b"".join(kept))
    assert main([str(tmp_path / "old"), str(tmp_path / "new")]) == 0
    assert main([str(tmp_path / "new"), str(tmp_path / "old")]) == 1
    assert "entry 6" in capsys.readouterr().out


def test_it_runs_by_itself_without_the_site_installed(tmp_path):
    """In Python's isolated mode, with the project's other folders and packages out of reach."""
    (tmp_path / "export.jsonl").write_bytes(b"".join(chained(story())))
    (tmp_path / "verifier").symlink_to(PROJECT / "verifier")
    run = (
        "import sys; sys.path.insert(0, '.'); from verifier.__main__ import main; sys.exit(main())"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", run, "export.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, answer.stderr) == (0, "")


def test_it_is_short_enough_to_be_read():
    files = sorted((PROJECT / "verifier").glob("*.py"))
    assert sum(len(path.read_text().splitlines()) for path in files) <= 400
