"""What happened to each lot of the demo, in days counted from today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.demo import needs
from marketplace.demo.histories import Plan
from marketplace.demo.judging import Judging
from marketplace.demo.market import Market
from marketplace.demo.windows import Window

CENTRAL = "CAM HCK HGY ISL LAM SWK TOW WST"
AROUND_CAMDEN = "BNT BRN CAM CTY HGY ISL WST"
ACROSS = "BDG CAM CRO EAL ENF KIN LEW NEW"


@dataclass(frozen=True)
class Wave:
    """Requirements posted by these authorities, grouped on one day, and the lots' plans."""

    posted: Mapping[str, str]
    """Authorities to categories."""
    days: tuple[int, int]
    window: needs.Window
    run: int
    lots: Mapping[str, Sequence[Plan]]
    cleared: int | None = None
    """The day on which what no lot took is withdrawn."""


EARLIER = Wave(
    posted={
        ACROSS: "22113000 30192700 79530000",
        AROUND_CAMDEN: "98351000",
        CENTRAL: "79620000 85311000",
    },
    days=(-400, -330),
    window=needs.Window((-6, -5), (3, 5), agreeable=True),
    run=-322,
    lots={
        "22113000": [
            Plan(
                Window(-316, -296, decline=1, closed=-294),
                Market(-290, -255, questions=3, extended=True),
                Judging(-254, (-248, -246), agreed=-244, awarded=-232),
            ),
            Plan(
                Window(-316, -297, closed=-293),
                Market(-288, -262),
                Judging(-260, (-252, -249), agreed=-243, awarded=-231),
            ),
            Plan(Window(-315, -298, closed=-292), Market(-287, -261)),
        ],
        "30192700": [
            Plan(
                Window(-315, -295, closed=-294),
                Market(-289, -258),
                Judging(-256, (-250, -247), agreed=-245, awarded=-236),
            )
        ],
        "85311000": [
            Plan(
                Window(-314, -290, decline=1, closed=-289),
                Market(-280, -240, ("hearthwick", "fairlantern", "oakenshift")),
                Judging(-239, (-232, -230), agreed=-226, awarded=-215),
            )
        ],
        # Too few commit.
        "79620000": [Plan(Window(-313, -293, fails=True, closed=-292))],
        "98351000": [Plan(rejected=-310)],
    },
    cleared=-205,
)

SECOND = Wave(
    posted={
        ACROSS: "39130000 14410000 79540000",
        CENTRAL: "90910000 79710000 55523100 72253000 50232100",
    },
    days=(-205, -165),
    window=needs.Window((1, 3), (4, 6), agreeable=True),
    run=-150,
    lots={
        "39130000": [
            Plan(
                Window(-146, -126, closed=-125),
                Market(-118, -80),
                Judging(-79, (-70, -66), agreed=-60, awarded=-13),
            )
        ],
        "14410000": [
            Plan(
                Window(-145, -122, decline=1, closed=-121),
                Market(-115, -82, far_under="gritstowe"),
                Judging(*(-81, (-74, -72)), explained=-62, accepted=False, agreed=-60, awarded=-20),
            )
        ],
        "90910000": [
            Plan(
                Window(-144, -115, closed=-113),
                Market(-100, -60, far_under="nightholm", extended=True),
                Judging(-58, (-50, -48), explained=-40, agreed=-38),
            )
        ],
        "79540000": [
            Plan(
                Window(-143, -113, closed=-111),
                Market(-60, -22, far_under="wordhaven"),
                Judging(-21, (-12,)),
            )
        ],
        "79710000": [
            Plan(Window(-142, -112, closed=-111), Market(-45, -9), Judging(-7)),
        ],
        "55523100": [
            Plan(
                Window(-142, -112, decline=1, closed=-111),
                Market(-40, -2, ("larderfield", "ladlewell", "clearmere")),
            )
        ],
        "72253000": [
            Plan(Window(-141, -111, closed=-110), Market(-100, -70), cancelled=-75),
        ],
        "50232100": [Plan(rejected=-139)],
    },
    cleared=-96,
)

LATER = Wave(
    posted={
        ACROSS: "22113000 30192700 34928530",
        AROUND_CAMDEN: "85312000 77314000 60130000",
        CENTRAL: "79620000",
    },
    days=(-125, -98),
    window=needs.Window((4, 6), (4, 7), agreeable=True),
    run=-90,
    lots={
        "22113000": [Plan(Window(-86, -60, decline=1, closed=-59), Market(-30, 9, questions=3))],
        "30192700": [
            Plan(
                Window(-86, -61, closed=-59),
                Market(-25, 16, withdrawn=("larkmoor",), unanswered=True),
            )
        ],
        "85312000": [Plan(Window(-85, -50, closed=-49), Market(-22, 24, unanswered=True))],
        "79620000": [Plan(Window(-84, -45, decline=1, closed=-44), Market(-28, 2))],
        "34928530": [Plan(Window(-40, -10, closed=-8))],
        "60130000": [Plan(Window(-32, -3, decline=1))],
        "77314000": [
            Plan(
                Window(-84, -50, closed=-49),
                Market(-38, -1, ("mossgate", "clearmere", "trowelbrook")),
            )
        ],
    },
)

# Runs over what is posted today. The second supersedes what the first left undecided.
NOW: Mapping[int, Mapping[str, Sequence[Plan]]] = {
    -24: {
        "22113000": [Plan(Window(-20, 6, silent=1, condition=True))],
        "33196200": [Plan(Window(-19, 12, silent=2)), Plan(rejected=-17)],
        "79620000": [Plan(rejected=-18)],
        "85311000": [Plan(Window(-18, 2, decline=1, silent=1))],
    },
    -4: {
        "37535200": [],
        "55523100": [],
        "79512000": [Plan(Window(-3, 21, silent=9))],
        "79620000": [],
        "85311000": [],
    },
}
