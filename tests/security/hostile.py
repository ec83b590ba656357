"""Files that somebody made to do harm: families of them, each with as many as are asked for."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice, pairwise

import openpyxl

Made = tuple[str, bytes]
"""A file's name and what is in it."""
Family = Callable[[random.Random], Made]

MEGABYTE = 1024 * 1024
HEAD = "Title,Supplier,Value,End date\n"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(parts: dict[str, bytes], **compression: int) -> bytes:
    """A small workbook with some of its parts put in place of the right ones."""
    right = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["Title", "Value"])
    book.save(right)
    out = io.BytesIO()
    with zipfile.ZipFile(right) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            if name not in parts:
                made.writestr(name, given.read(name))
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def sheet(cells: str) -> dict[str, bytes]:
    text = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    return {"xl/worksheets/sheet1.xml": text.encode()}


def zip_bomb(chance: random.Random) -> Made:
    size = chance.choice([50, 150, 400]) * MEGABYTE
    place = chance.choice(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
    return "bomb.xlsx", workbook({place: chance.choice([b" ", b"<", b"\0"]) * size})


def many_parts(chance: random.Random) -> Made:
    parts = {f"xl/media/{n}.xml": b"x" for n in range(chance.choice([999, 1500, 5000]))}
    return "parts.xlsx", workbook(parts)


def deep_xml(chance: random.Random) -> Made:
    depth = chance.choice([1_000, 100_000, 1_000_000])
    return "deep.xlsx", workbook(sheet("<row>" * depth))


def entities(chance: random.Random) -> Made:
    kind = chance.choice(
        [
            '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
            + "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in pairwise("bcdefghi")),
            '<!ENTITY i SYSTEM "file:///etc/passwd">',
            f'<!ENTITY i "{"x" * 100_000}">',
        ]
    )
    cells = (
        '<row><c t="inlineStr"><is><t>' + "&i;" * chance.choice([1, 1000]) + "</t></is></c></row>"
    )
    text = (
        f'<!DOCTYPE x [{kind}]><worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    )
    return "entities.xlsx", workbook({"xl/worksheets/sheet1.xml": text.encode()})


def far_cell(chance: random.Random) -> Made:
    """One cell in the last corner: a grid of it all would be 17 thousand million cells."""
    row, column = chance.choice([(1_048_576, "XFD"), (1_048_576, "A"), (1, "XFD"), (999_999, "ZZ")])
    corner = f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row>'
    return "far.xlsx", workbook(sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + corner))


def odd_cells(chance: random.Random) -> Made:
    values = ["NaN", "1e400", "-1e308", "9" * 400, "2958466", "-1", "", "\u202e", "#REF!"]
    kinds = ["n", "s", "b", "e", "str", "d", "inlineStr", "zz"]
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="{chance.choice(kinds)}">'
        f"<v>{chance.choice(values)}</v></c></row>"
        for n in range(1, 200)
    )
    return "odd.xlsx", workbook(sheet(rows))


def damaged(chance: random.Random) -> Made:
    content = bytearray(workbook({}))
    for _ in range(chance.randrange(1, 30)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return "damaged.xlsx", bytes(content[: chance.choice([len(content), len(content) // 2])])


def many_cells(chance: random.Random) -> Made:
    count = chance.choice([100_000, 400_000])
    rows = "".join(f'<row><c t="str"><v>{"x" * 50}{n % 7}</v></c></row>' for n in range(count))
    return "many.xlsx", workbook(sheet(rows))


def lying_sizes(chance: random.Random) -> Made:
    """The archive says that its parts are small."""
    content = bytearray(workbook({"xl/worksheets/sheet1.xml": b"<" * 100 * MEGABYTE}))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return "lying.xlsx", bytes(content)


def formulas(chance: random.Random) -> Made:
    start = chance.choice(["=", "+", "-", "@", "\t=", "\r="])
    evil = f'{start}cmd|" /C calc"!A0'
    return "formulas.csv", (HEAD + f'"{evil}",{evil},5,1/2/2027\n').encode()


def endless_line(chance: random.Random) -> Made:
    piece = chance.choice([b"x", b",", b'"', b'"",', b"\0", b"\xff", b"=1+"])
    return "line.csv", HEAD.encode() + piece * (19 * MEGABYTE // len(piece))


def many_lines(chance: random.Random) -> Made:
    piece = chance.choice([b"\n", b"a,b,1,2\n", b"\r", b",,,\r\n", b'"a\nb",\n'])
    return "lines.csv", HEAD.encode() + piece * (10 * MEGABYTE // len(piece))


def wrong_encoding(chance: random.Random) -> Made:
    text = HEAD + "Bücher £,Ā\u202e,5,1/2/2027\n"
    kind = chance.choice(["utf-16", "utf-32", "utf-7", "utf-16-be", "cp037"])
    return "encoding.csv", text.encode(kind, "replace") + chance.choice(
        [b"", b"\xed\xa0\x80", b"\xff\xfe"]
    )


def deep_json(chance: random.Random) -> Made:
    depth = chance.choice([1_000, 100_000, 5_000_000])
    opening = chance.choice(["[", '{"a":', '[{"a":'])
    return "deep.json", (opening * (depth // len(opening))).encode()


def odd_json(chance: random.Random) -> Made:
    number = chance.choice(["1e400", "-1e400", "NaN", "Infinity", "9" * 100_000, "1" + "0" * 400])
    word = chance.choice(['"\\ud800"', '"\\u0000"', "null", "true", "[]", '{"a":1}'])
    return "odd.json", f'{{"releases":[{{"id":{word},"value":{number},"id":1}}]}}'.encode()


def wide_json(chance: random.Random) -> Made:
    count = chance.choice([100_000, 500_000])
    rows = json.dumps([{f"k{n % 1000}": n} for n in range(count)])
    return "wide.json", f'{{"releases":{rows}}}'.encode()


FAMILIES: tuple[Family, ...] = (
    *(zip_bomb, many_parts, deep_xml, entities, far_cell, odd_cells, damaged, many_cells),
    *(lying_sizes, formulas, endless_line, many_lines, wrong_encoding),
    *(deep_json, odd_json, wide_json),
)


def hostile_files(count: int, seed: int = 2006) -> Iterator[Made]:
    """So many files, of each family in turn."""
    chance = random.Random(seed)
    for family in islice(cycle(FAMILIES), count):
        name, content = family(chance)
        yield name, content[: 20 * MEGABYTE]
