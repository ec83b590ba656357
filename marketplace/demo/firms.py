"""Forty made-up suppliers. Each line: sign-in name | name | size | where | what they serve."""

from dataclasses import dataclass

from marketplace.accounts.models import SupplierSize

FIRMS = """
larkmoor|Larkmoor Library and Office Supply|small|Croydon|22113000 30192700 39130000
quillbrook|Quillbrook Books|large|Leicester|22113000
paperfinch|Paperfinch Books CIC|micro|Hackney|22113000
inkhollow|Inkhollow Stationers|small|Ealing|30192700 39130000
ostrey|Ostrey Workspaces|large|Reading|30192700 39130000
deskmere|Deskmere Furniture Reuse CIC|micro|Lewisham|39130000
nimbleforge|Nimbleforge Systems|large|Milton Keynes|30213100 72253000
tidewire|Tidewire Computing|medium|Barking|30213100 72253000
bluecairn|Bluecairn Support|medium|Glasgow|30213100 72253000 79512000
tonguebridge|Tonguebridge Languages CIC|small|Tower Hamlets|79530000 79540000
verbalith|Verbalith Interpreting|medium|Birmingham|79530000 79540000
wordhaven|Wordhaven Translation|micro|Brent|79530000 79540000
oakenshift|Oakenshift Staffing|large|Manchester|79620000
merrowgate|Merrowgate Resourcing|large|Westminster|79620000 79631000
shiftwell|Shiftwell Staff Cooperative|small|Southwark|79620000 85312000
tallywick|Tallywick Payroll|medium|Sutton|79631000 66520000
evenfold|Evenfold Pensions Administration|large|Leeds|66520000
fennimarsh|Fennimarsh Legal LLP|medium|City of London|79100000
cobblestane|Cobblestane Mutual|large|Norwich|66510000
hailbridge|Hailbridge Contact|medium|Havering|79512000 79540000
kerbmere|Kerbmere Parking|medium|Hounslow|98351000 79710000 60130000
plumbvale|Plumbvale Surveying|small|Bromley|71315400 50700000
lumenmoor|Lumenmoor Lighting|medium|Enfield|50232100 34928530
lampwick|Lampwick Vale Electrical|small|Merton|50232100 34928530
wharfgreen|Wharfgreen Materials|large|Newham|90510000 34144511 14410000
haulmere|Haulmere Vehicles|large|Sheffield|34144511
saltgarth|Saltgarth Minerals|large|Northwich|14410000
gritstowe|Gritstowe Winter Supplies|small|Dartford|14410000
hopwillow|Hopwillow Play|small|Richmond upon Thames|37535200
steadyrail|Steadyrail Living Aids|medium|Waltham Forest|33196200
sparrowcourt|Sparrowcourt Cleaning Cooperative|small|Islington|90910000
clearmere|Clearmere Facilities|large|Slough|90910000 79710000 77314000 55523100 50232100 50700000
mossgate|Mossgate Grounds|medium|Kingston upon Thames|77314000
nightholm|Nightholm Security|medium|Redbridge|79710000 90910000
larderfield|Larderfield School Catering|large|Watford|55523100
ladlewell|Ladlewell Kitchens CIC|small|Haringey|55523100
hopperline|Hopperline Community Transport|small|Camden|60130000
trowelbrook|Trowelbrook Repairs|medium|Greenwich|50700000 71315400 77314000
hearthwick|Hearthwick Care|large|Harrow|85311000 85312000 85312400
fairlantern|Fairlantern Support CIC|small|Wandsworth|85311000 85312000 85312400
"""


@dataclass(frozen=True)
class Firm:
    """A made-up supplier."""

    slug: str
    name: str
    size: SupplierSize
    place: str
    codes: tuple[str, ...]


def firms() -> list[Firm]:
    """All of them, in the order of the list."""
    rows = (line.split("|") for line in FIRMS.strip().splitlines())
    return [
        Firm(slug, name, SupplierSize(size), place, tuple(codes.split()))
        for slug, name, size, place, codes in rows
    ]


def serving(code: str) -> list[Firm]:
    """Those who serve a category."""
    return [firm for firm in firms() if code in firm.codes]
