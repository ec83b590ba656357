"""London's 33 authorities: real names, GSS codes, sub-regions, borders, and a place on a tile map.

Each line of AUTHORITIES is a short code, the column and row of a tile, the initial of a sub-region
and the name; the GSS code follows from the line's number, because the ONS numbers them by name.
"""

from dataclasses import dataclass

SUBREGIONS = {
    "C": "Central London Forward",
    "L": "Local London",
    "S": "South London Partnership",
    "W": "West London Alliance",
}

AUTHORITIES = """
CTY 4 3 C City of London
BDG 7 3 L Barking and Dagenham
BNT 3 1 W Barnet
BEX 7 4 L Bexley
BRN 2 2 W Brent
BRO 5 5 L Bromley
CAM 3 2 C Camden
CRO 4 5 S Croydon
EAL 1 2 W Ealing
ENF 4 0 L Enfield
GRN 6 4 L Greenwich
HCK 5 2 C Hackney
HAM 1 3 W Hammersmith and Fulham
HGY 4 1 C Haringey
HRW 1 1 W Harrow
HAV 7 2 L Havering
HIL 0 2 W Hillingdon
HOU 0 3 W Hounslow
ISL 4 2 C Islington
KEN 2 3 C Kensington and Chelsea
KIN 1 5 S Kingston upon Thames
LAM 3 4 C Lambeth
LEW 5 4 C Lewisham
MER 2 5 S Merton
NEW 6 3 L Newham
RED 6 2 L Redbridge
RIC 1 4 S Richmond upon Thames
SWK 4 4 C Southwark
SUT 3 5 S Sutton
TOW 5 3 C Tower Hamlets
WTH 5 1 L Waltham Forest
WND 2 4 C Wandsworth
WST 3 3 C Westminster
"""

# Each border once, under the one of the two that comes first above.
BY_LAND = """
CTY: CAM HCK ISL TOW WST
BDG: HAV NEW RED
BNT: BRN CAM ENF HGY HRW
BEX: BRO GRN
BRN: CAM EAL HAM HRW KEN WST
BRO: CRO GRN LAM LEW SWK
CAM: HGY ISL WST
CRO: LAM MER SUT
EAL: HAM HRW HIL HOU
ENF: HGY WTH
GRN: LEW
HCK: HGY ISL NEW TOW WTH
HAM: HOU KEN
HGY: ISL WTH
HRW: HIL
HAV: RED
HIL: HOU
HOU: RIC
KEN: WST
KIN: MER RIC SUT WND
LAM: MER SWK WND
LEW: SWK
MER: SUT WND
NEW: RED TOW WTH
RED: WTH
RIC: WND
"""

# The Thames parts these, and they face each other across it.
BY_THE_THAMES = """
CTY: LAM SWK
BDG: BEX GRN
BEX: HAV
GRN: NEW TOW
HAM: RIC WND
KEN: WND
LAM: WST
LEW: TOW
SWK: TOW
WND: WST
"""


@dataclass(frozen=True)
class Borough:
    """One authority as ONS and its neighbours know it."""

    short: str
    code: str
    name: str
    subregion: str
    column: int
    row: int


def authorities() -> list[Borough]:
    """All of them, in the order of their GSS codes."""
    found = []
    for number, line in enumerate(AUTHORITIES.strip().splitlines(), start=1):
        short, column, row, subregion, name = line.split(maxsplit=4)
        code = f"E09{number:06d}"
        found.append(Borough(short, code, name, SUBREGIONS[subregion], int(column), int(row)))
    return found


def neighbours() -> list[tuple[str, str]]:
    """Pairs of short codes, those across the Thames included."""
    lines = (BY_LAND + BY_THE_THAMES).split("\n")
    pairs = (line.split(": ") for line in lines if line)
    return [(first, second) for first, others in pairs for second in others.split()]
