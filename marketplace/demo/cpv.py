"""The CPV 2008 codes that the demo buys under, with their parents up to the division."""

from typing import Any

CODES = """
14000000 Mining, basic metals and related products
14400000 Salt and pure sodium chloride
14410000 Rock salt
22000000 Printed matter and related products
22100000 Printed books, brochures and leaflets
22110000 Printed books
22113000 Library books
30000000 Office and computing machinery, equipment and supplies except furniture and software \
packages
30100000 Office machinery, equipment and supplies except computers, printers and furniture
30190000 Various office equipment and supplies
30192000 Office supplies
30192700 Stationery
30200000 Computer equipment and supplies
30210000 Data-processing machines (hardware)
30213000 Personal computers
30213100 Portable computers
33000000 Medical equipments, pharmaceuticals and personal care products
33100000 Medical equipments
33190000 Miscellaneous medical devices and products
33196000 Medical aids
33196200 Devices for the disabled
34000000 Transport equipment and auxiliary products to transportation
34100000 Motor vehicles
34140000 Heavy-duty motor vehicles
34144000 Special-purpose motor vehicles
34144511 Refuse-collection vehicles
34900000 Miscellaneous transport equipment and spare parts
34920000 Road equipment
34928000 Road furniture
34928530 Street lamps
37000000 Musical instruments, sport goods, games, toys, handicraft, art materials and accessories
37500000 Games and toys; fairground amusements
37530000 Articles for funfair, table or parlour games
37535000 Roundabouts, swings, shooting galleries and other fairground amusements
37535200 Playground equipment
39000000 Furniture (incl. office furniture), furnishings, domestic appliances (excl. lighting) and \
cleaning products
39100000 Furniture
39130000 Office furniture
50000000 Repair and maintenance services
50200000 Repair, maintenance and associated services related to aircraft, railways, roads and \
marine equipment
50230000 Repair, maintenance and associated services related to roads and other equipment
50232000 Maintenance services of public-lighting installations and traffic lights
50232100 Street-lighting maintenance services
50700000 Repair and maintenance services of building installations
55000000 Hotel, restaurant and retail trade services
55500000 Canteen and catering services
55520000 Catering services
55523000 Catering services for other enterprises or other institutions
55523100 School-meal services
60000000 Transport services (excl. Waste transport)
60100000 Road transport services
60130000 Special-purpose road passenger-transport services
66000000 Financial and insurance services
66500000 Insurance and pension services
66510000 Insurance services
66520000 Pension services
71000000 Architectural, construction, engineering and inspection services
71300000 Engineering services
71310000 Consultative engineering and construction services
71315000 Building services
71315400 Building-inspection services
72000000 IT services: consulting, software development, Internet and support
72200000 Software programming and consultancy services
72250000 System and support services
72253000 Helpdesk and support services
77000000 Agricultural, forestry, horticultural, aquacultural and apicultural services
77300000 Horticultural services
77310000 Planting and maintenance services of green areas
77314000 Grounds maintenance services
79000000 Business services: law, marketing, consulting, recruitment, printing and security
79100000 Legal services
79500000 Office-support services
79510000 Telephone-answering services
79512000 Call centre
79530000 Translation services
79540000 Interpretation services
79600000 Recruitment services
79620000 Supply services of personnel including temporary staff
79630000 Personnel services except placement and supply services
79631000 Personnel and payroll services
79700000 Investigation and security services
79710000 Security services
85000000 Health and social work services
85300000 Social work and related services
85310000 Social work services
85311000 Social work services with accommodation
85312000 Social work services without accommodation
85312400 Welfare services not delivered through residential institutions
90000000 Sewage, refuse, cleaning and environmental services
90500000 Refuse and waste related services
90510000 Refuse disposal and treatment
90900000 Cleaning and sanitation services
90910000 Cleaning services
98000000 Other community, social and personal services
98300000 Miscellaneous services
98350000 Civic-amenity services
98351000 Car park management services
"""

LEVELS = {2: "division", 3: "group", 4: "class", 5: "category"}
SUBCATEGORY_DIGITS = 6


def codes() -> list[dict[str, Any]]:
    """Each code with its name, level, kind and parent, as `add_cpv` takes them."""
    return [_row(*line.split(maxsplit=1)) for line in CODES.strip().splitlines()]


def _row(code: str, name: str) -> dict[str, Any]:
    digits = min(max(len(code.rstrip("0")), 2), SUBCATEGORY_DIGITS)
    return {
        "code": code,
        "name": name,
        "level": LEVELS.get(digits, "subcategory"),
        "kind": "services" if code >= "50" else "supplies",
        # The parent of a subcategory of any depth is its category.
        "parent_code": code[: digits - 1].ljust(8, "0") if digits > 2 else None,
    }
