"""London's 33 authorities in the order of their GSS codes (ONS), and their sub-regions."""

NAMES = """City of London|Barking and Dagenham|Barnet|Bexley|Brent|Bromley|Camden|Croydon|Ealing
Enfield|Greenwich|Hackney|Hammersmith and Fulham|Haringey|Harrow|Havering|Hillingdon|Hounslow
Islington|Kensington and Chelsea|Kingston upon Thames|Lambeth|Lewisham|Merton|Newham|Redbridge
Richmond upon Thames|Southwark|Sutton|Tower Hamlets|Waltham Forest|Wandsworth|Westminster"""

SUBREGIONS = {
    "Local London": (2, 4, 6, 10, 11, 16, 25, 26, 31),
    "West London Alliance": (3, 5, 9, 13, 15, 17, 18),
    "South London Partnership": (8, 21, 24, 27, 29),
    "Central London Forward": (1, 7, 12, 14, 19, 20, 22, 23, 28, 30, 32, 33),
}


def authorities() -> list[tuple[str, str, str]]:
    """GSS code, name and sub-region of each."""
    where = {number: name for name, numbers in SUBREGIONS.items() for number in numbers}
    names = NAMES.replace("\n", "|").split("|")
    return [(f"E09{number:06d}", name, where[number]) for number, name in enumerate(names, start=1)]
