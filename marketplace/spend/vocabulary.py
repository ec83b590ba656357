"""The words in which councils say what they bought, and the category each stands for.

A line is `code: phrase; phrase; …`, and may go on below, further in. A phrase is met where all its
words are, in any order and with or without their endings; of several phrases met, the one with
more words is taken, and of those the one that stands first here. `-` marks what is no purchase:
money passed on, allowances, taxes, pay; `?` what says nothing at all.
"""

NO_PURCHASE = "-"
SAYS_NOTHING = "?"

PHRASES = """
?: miscellaneous expense; misc expense; other expense; other fee; other cost; invoice paid;
    balance sheet; other employee; other indirect employee; miscellaneous; sundry
-: direct payment; personal budget; personalised budget; benefit; housing benefit; grant;
    precept; levy; council tax; nndr; business rates; rates; pension; payroll; basic pay;
    salary; wages; overtime; allowance; adoption allowance; fostering allowance; in house
    fostering; residence order; special guardianship; compensation; insurance claim; settlement;
    loan; interest; refund; petty cash; vat; income; recharge; transfer payment; voluntary
    donation; contribution; rebate; deposit; non influencible; unclassified non trade; housing
    refund; training allowance; supporting people subsidy; pfi unitary; car user; mileage;
    council tax collected
79620000: agency staff; agency worker; temporary staff; temporary agency; interim staff; supply
    teacher; supply staff; employment agency; recruitment agency; locum; casual staff; human
    resource temporary; employment recruitment agencies
79600000: recruitment; recruitment advertising; headhunter
80500000: training; conference; training course; training centre; apprenticeship; professional
    development; course fee; learning development; seminar
80000000: education; tuition; exam fee; educational placement; school fee; university; special
    school; college; educational service; external school; alternative provision
39162000: educational equipment; educational supplies; learning resource; teaching material;
    curriculum material; classroom
85311000: residential care; residential placement; residential home; nursing residential;
    residential; care home; rest home; retirement home; residential emi; supported living;
    independent living; sheltered accommodation; children residential home; childrens home;
    secure placement; supporting people
85144100: nursing home; nursing care; nursing emi; continuing nursing
85312100: day care; day centre; day service; day opportunity; independent day care
85312400: home care; homecare; domiciliary care; domiciliary; home support; care at home;
    reablement; citywide spot; personal care; floating support; carer support; housing related
    support
85311300: fostering; foster care; independent fostering; adoption; looked after child; fostering
    agency; adoption fostering
85310000: social care; social community care; social service; welfare; family support; advice
    advocacy; care service; third party payment care; adult care; voluntary sector service; care
    leaver; counselling; community project; service for older people; childrens service; youth
    organisation; leaving care
85312110: childcare; nursery; nurseries; playgroup; creche; early years; childminder; after
    school club
85100000: medical fee; doctor; medical; public health; health check; sexual health; smoking
    cessation; drug alcohol; clinical; hospital; occupational health; therapy; psychologist;
    health service; physiotherapy
33190000: medical equipment; disability equipment; stairlift; assistive technology; telecare;
    community equipment; aids adaptation; mobility aid; hoist
33600000: pharmaceutical; medicine; vaccine; drug supply
60120000: taxi; private hire; hackney
60100000: passenger transport; home to school transport; school transport; pupil transport;
    client transport; bus service; coach hire; minibus; concessionary fare; community transport;
    public transport; bus operator; home school transport
63510000: travel; travelling expense; subsistence; rail; train fare; hotel; accommodation
    booking; travel agent; air fare; staff travel
34100000: vehicle purchase; motor vehicle; car dealer; fleet purchase; van; vehicle plant
    purchase; purchase vehicle; acquisition vehicle
34300000: vehicle part; vehicle spare; tyre; spare part; vehicles not buses; vehicle
50110000: vehicle repair; vehicle maintenance; vehicle running cost; car body repair; mot; fleet
    management; mechanical repair; vehicle management; vehicle servicing
60180000: vehicle hire; vehicle lease; vehicle leasing; plant hire; van hire; hired vehicle;
    contract hire; hire vehicle; car hire
09130000: fuel; petrol; diesel; fuel dealer; fuel oil; vehicle fuel
09310000: electricity; electric supply; electric
09120000: gas; gas supply; gas company
65000000: utility; utilities; energy
65110000: water; water service; water charge; sewerage; water company; metered water
90510000: waste disposal; waste; refuse; landfill; recycling; residual waste; skip hire; refuse
    disposal; hazardous waste; trade waste; refuse collection; tipping charge; gate fee; waste
    collection; environmental service
90910000: cleaning; cleaning service; window cleaning; contract cleaning; cleaning contract;
    office cleaning; external cleaning; laundry; dry cleaning
39830000: cleaning material; cleaning product; janitorial; cleaning domestic; cleaning supplies;
    toilet roll; cleansing material; hygiene
90600000: street cleansing; street cleaning; gully; litter; graffiti
90920000: pest control; pest
77310000: grounds maintenance; landscaping; horticultural; grass cutting; tree work; park
    maintenance; plants; arboriculture; tree surgery; trees; garden; forestry; vegetation
45000000: construction; building work; capital work; main contract; contractor; refurbishment;
    building contractor; capital construction; works; private contractor; builders; building;
    construction contractors; works contract; scaffolding
45233000: highway; highways; road; resurfacing; footway; carriageway; highway maintenance; road
    maintenance; paving; surfacing; pothole; street works; civil engineering; winter maintenance
34920000: traffic sign; traffic management; road marking; signage; street furniture; traffic
    signal; highway equipment; sign; bollard; road safety
34928500: street lighting; street light; lighting column
45400000: painter decorator; painting; decorating; plastering; flooring; floor covering; carpet;
    roofing
45300000: electrical installation; plumbing; heating installation; boiler; central heating;
    plumber; electrical contractor; air conditioning
50700000: building repair; repair maintenance; building maintenance; property maintenance;
    general maintenance; responsive repair; planned maintenance; facilities management;
    maintenance building; void repair; lift maintenance; repair; fixture fitting; housing
    repair; disabled facilities; adaptation; asset maint; maintenance; building services;
    premises repair
44100000: building material; construction material; hand tool; tools hardware; timber;
    ironmongery; materials direct; operational material; hardware tools; other material; general
    material
70000000: rent; property; real estate; lease property; accommodation; letting agent; estate
    agent; service charge; property management; land; temporary accommodation; housing
    association; bed breakfast; hostel; rent premises; homelessness accommodation; nightly let;
    guest house; void cost
71000000: architect; surveyor; engineer; professional fee property; valuation; structural;
    quantity surveyor; design fee; building consultant; planning fee; survey; asbestos; property
    professional; engineering consult
72000000: it service; ict service; computer service; ict; it support; web hosting; web design;
    website; managed service ict; information technology; csg it; data processing; it
    communication; ttl it
48000000: software; licence software; software licence; computer software; software maintenance;
    licences; system; application; software saas
30200000: computer; hardware purchase; it equipment; laptop; computer equipment; ict hardware;
    printer; tablet; computer hardware
64200000: telephone; telecommunication; mobile phone; telephony; broadband; telephone call;
    telephone rental; line rental; networks; radiocomms
64100000: postage; post; courier; mail; franking; delivery service; mail service; postal
30190000: stationery; office consumable; office supplies; office expense; general office; paper;
    office product; consumable; office equipment
30120000: photocopier; mfd; reprographic; copier; photocopying; copying
79800000: printing; print; external printing; printers; printing contract; design print;
    leaflets
22000000: book; publication; newspaper; periodical; library material; library book; journal;
    books audio; magazine; audio visual; booksellers; map
79340000: advertising; marketing; publicity; promotion; promotional; media; public notice;
    advert; communication campaign
79950000: event; exhibition; venue; room hire; hire of premises; venue hire; festival; ceremony
92000000: leisure; sport; museum; arts; theatre; recreation; library service; cultural; music;
    sports club; leisure trust; heritage; exhibit; artist; entertainment
37400000: sports equipment; playground equipment; play equipment; playground; sports playground;
    toy
79100000: legal; legal fee; solicitor; barrister; counsel; court fee; legal service; legal
    disbursement; court cost; summons; conveyancing; legal court
79400000: consultant; consultancy; management consultant; professional service; consultants fee;
    advisory; professional fee; business consultant; bought in professional; consulting
79200000: audit; accountancy; accounting; audit fee; internal audit; external audit; tax advice;
    inspection
66500000: insurance; insurance premium; broker
66100000: bank charge; banking; cash handling; financial service; treasury; merchant fee;
    finance lease; card charges; swipe card; debt collection; bailiff; lease payment; lease
79710000: security; security service; cctv; manned guarding; securing premises; key holding;
    alarm
79530000: translation; interpreting; interpreter; translator; language service
79300000: research; survey research; evaluation; market research; polling
98371000: funeral; coroner; cemetery; crematorium; burial; cremation; mortuary; memorial; urns
98110000: subscription; professional body; membership; affiliation
55300000: restaurant; hospitality; refreshments; buffet; meal
55500000: catering; school meal; caterer; contract catering; meals on wheels; catering service;
    meals
15000000: food; provision; grocery; groceries; beverage; food drink; food cost; drink; milk;
    consumable catering
39220000: catering equipment; kitchen equipment; kitchen utensil
39100000: furniture; office furniture; furnishing; domestic furniture; blinds; curtain; domestic
    goods; white goods; household; bedding
18000000: clothing; uniform; protective clothing; workwear; ppe; safety clothing; footwear
35100000: health safety; fire safety; safety equipment; first aid; fire equipment; emergency
    equipment; fire extinguisher; rescue equipment; fire hydrant; breathing apparatus; civil
    contingency
42000000: plant machinery; machinery; plant equipment; equipment purchase; equipment; tools
    equipment; operational equipment; equipment material; new equipment; equipment hire
38000000: laboratory; testing; calibration; scientific
63712400: parking; car park; parking permit; parking enforcement; civil enforcement
98300000: election; registrar; bereavement; other service; hired contracted service
85200000: veterinary; kennel; animal; dog
51000000: installation; fitting
"""

SUPPLIER_PHRASES = """
85311000: care home; residential home; residential care; nursing home; lodge care; rest home;
    supported living; house care; childrens home
85312400: home care; homecare; care services; care agency; domiciliary; care group; care
    solutions; healthcare; care
85311300: fostering; foster care; adoption
85312110: nursery; nurseries; pre school; preschool; playgroup; montessori; childcare;
    childminder
80000000: school; college; university; academy; tuition; primary; education; tutors
80500000: training; learning
79100000: solicitor; solicitors; barristers; chambers; law; legal; llp solicitors
79620000: recruitment; recruit; staffing; agency; personnel; resourcing; employment; locums
60120000: taxi; taxis; cars; cabs; minicabs; private hire
60100000: coaches; travel coaches; minibuses; buses; coach; community transport; transport
    services
45000000: construction; builders; building contractors; contractors; building; developments;
    scaffolding
45300000: electrical; plumbing; heating; gas services
45400000: roofing; flooring; decorators; painting; carpets
71000000: architects; architect; surveyors; engineers; surveying; engineering
77310000: landscapes; landscaping; tree; gardens; arboricultural; nurseries plants; horticulture
90510000: waste; recycling; skips; skip hire; refuse
90910000: cleaning; cleaners; laundry; hygiene
79710000: security; guarding
72000000: software; computers; computing; systems; technologies; technology; it solutions;
    digital; data
64200000: telecom; telecommunications; telephones; mobile
50110000: motors; autos; garage; tyres; car sales; vehicle; vehicles
70000000: lettings; estates; properties; housing; housing association; homes; hotel; guest
    house; property; letting
79400000: consulting; consultants; consultancy; associates; advisory
79800000: print; printing; printers; press; graphics
22000000: books; publishing; publications; newspapers; media
15000000: foods; bakery; butchers; dairy; fruit; catering supplies
55500000: catering; caterers
66500000: insurance; insurers
79200000: accountants; audit; auditors
85100000: medical; health; nhs; hospital; clinic; surgery; dental; physiotherapy
79530000: interpreting; translation; translations; languages
98371000: funeral; funeral directors
92000000: theatre; leisure; sports; arts; music; museum; gallery
39100000: furniture; interiors; blinds
09130000: fuels; petroleum; oils
30190000: stationers; office supplies; office products
33190000: mobility; stairlifts
"""
