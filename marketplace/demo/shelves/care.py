"""Care: placements, care at home and support."""

from marketplace.demo.ware import CARE, HIGH, NEIGHBOUR, SUBREGION, Policy, Ware

WARES = (
    Ware(
        *("85311000", "Care placements"),
        Policy(
            *(HIGH, CARE, 15_000, 9_000, (40_000, 4), SUBREGION),
            "Residential care for the elderly",
            light_touch=True,
        ),
        unit="bed weeks",
        each=(890, 1_420),
        yearly=(900, 4_600),
        months=(24, 36, 48),
        heads=("Residential care placements", "Nursing placements", "Supported living places"),
        tails=(
            "",
            " for older people",
            " for adults with learning disabilities",
            ", block booking",
        ),
        notes=(
            "Within 45 minutes of the family by public transport wherever possible.",
            "Homes rated good or better by the inspectorate.",
            "People keep their place if they come to pay for themselves.",
        ),
        specification={
            "need": "older people; learning disability; mental health",
            "setting": "residential; nursing; supported living",
        },
        questions=(
            "How will people and families shape their own care?",
            "How will you keep staff who know the residents?",
            "What happens at a home when the inspectors find fault?",
        ),
    ),
    Ware(
        *("85312000", "Home care"),
        Policy(HIGH, CARE, 15_000, 9_000, (25_000, 3), NEIGHBOUR, "Personal care", True),
        unit="hours",
        each=(21.5, 25.5),
        yearly=(800, 4_000),
        months=(36, 48),
        heads=("Home care", "Reablement at home", "Night care at home"),
        tails=("", " for older people", " in two patches", " after hospital"),
        notes=(
            "Visits of at least 30 minutes; travel time is paid.",
            "The same small team for each person.",
        ),
        specification={"kind": "long term; reablement; night"},
        questions=(
            "How will each person have a small, steady team?",
            "How do you pay for travel time?",
        ),
    ),
    Ware(
        *("85312400", "Floating support"),
        Policy(
            *(HIGH, CARE, 10_000, 6_000, (6_000, 3), SUBREGION),
            "Supporting People floating support",
            light_touch=True,
        ),
        unit="support hours",
        each=(22, 29),
        yearly=(150, 620),
        months=(24, 36, 48),
        heads=("Floating support", "Tenancy support", "Support for rough sleepers"),
        tails=("", " for young people", " for survivors of domestic abuse", " and drop-in"),
        notes=("Caseloads of at most fifteen.", "Peer workers paid at the same rate."),
        specification={"people": "single homeless; young people; families"},
        questions=("How do people leave support and stay well?",),
    ),
)
