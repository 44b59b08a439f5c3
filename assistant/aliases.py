"""Words that name the same place or body: Russian is Russia, U.S. is the United States. Knows nothing of texts.

Two bodies that a place is called after stay apart; only names that any news uses for one another are brought together.
"""

from __future__ import annotations

from index.lexical import terms

# place: the words for its people and what is theirs, in lower case
_PEOPLES = """afghanistan: afghan afghans|albania: albanian albanians|algeria: algerian algerians
angola: angolan angolans|argentina: argentine argentinian argentines argentinians|armenia: armenian armenians
australia: australian australians aussie|austria: austrian austrians|azerbaijan: azerbaijani azerbaijanis
bahrain: bahraini bahrainis|bangladesh: bangladeshi bangladeshis|belarus: belarusian belarusians
belgium: belgian belgians|bolivia: bolivian bolivians|bosnia: bosnian bosnians|brazil: brazilian brazilians
bulgaria: bulgarian bulgarians|cambodia: cambodian cambodians|cameroon: cameroonian cameroonians
canada: canadian canadians|chad: chadian chadians|chile: chilean chileans|china: chinese
colombia: colombian colombians|congo: congolese|croatia: croatian croatians croat croats|cuba: cuban cubans
cyprus: cypriot cypriots|czechia: czech czechs|denmark: danish dane danes|ecuador: ecuadorian ecuadorean
egypt: egyptian egyptians|england: english|eritrea: eritrean eritreans|estonia: estonian estonians
ethiopia: ethiopian ethiopians|europe: european europeans|finland: finnish finn finns|france: french
gaza: gazan gazans|germany: german germans|ghana: ghanaian ghanaians|greece: greek greeks
guatemala: guatemalan guatemalans|haiti: haitian haitians|honduras: honduran hondurans|hungary: hungarian hungarians
iceland: icelandic icelander icelanders|india: indian indians|indonesia: indonesian indonesians
iran: iranian iranians|iraq: iraqi iraqis|ireland: irish|israel: israeli israelis|italy: italian italians
jamaica: jamaican jamaicans|japan: japanese|jordan: jordanian jordanians|kazakhstan: kazakh kazakhs
kenya: kenyan kenyans|korea: korean koreans|kosovo: kosovan kosovar|kuwait: kuwaiti kuwaitis|laos: laotian
latvia: latvian latvians|lebanon: lebanese|libya: libyan libyans|lithuania: lithuanian lithuanians
malaysia: malaysian malaysians|mali: malian malians|malta: maltese|mexico: mexican mexicans
moldova: moldovan moldovans|mongolia: mongolian mongolians|montenegro: montenegrin|morocco: moroccan moroccans
mozambique: mozambican|myanmar: burma burmese|nepal: nepali nepalese|netherlands: dutch holland
nicaragua: nicaraguan nicaraguans|nigeria: nigerian nigerians|norway: norwegian norwegians|oman: omani omanis
pakistan: pakistani pakistanis|palestine: palestinian palestinians|panama: panamanian panamanians
paraguay: paraguayan|peru: peruvian peruvians|philippines: philippine filipino filipinos|poland: polish pole poles
portugal: portuguese|qatar: qatari qataris|romania: romanian romanians|russia: russian russians
rwanda: rwandan rwandans|scotland: scottish scot scots|senegal: senegalese|serbia: serbian serbians serb serbs
singapore: singaporean singaporeans|slovakia: slovak slovaks slovakian|slovenia: slovenian slovenians
somalia: somali somalis|spain: spanish spaniard spaniards|sudan: sudanese|sweden: swedish swede swedes
switzerland: swiss|syria: syrian syrians|taiwan: taiwanese|tajikistan: tajik tajiks|tanzania: tanzanian
thailand: thai thais|tibet: tibetan tibetans|tunisia: tunisian tunisians
turkey: turkish turk turks turkiye türkiye|uganda: ugandan ugandans|ukraine: ukrainian ukrainians
uruguay: uruguayan|uzbekistan: uzbek uzbeks|venezuela: venezuelan venezuelans|vietnam: vietnamese
wales: welsh|yemen: yemeni yemenis|zambia: zambian zambians|zimbabwe: zimbabwean zimbabweans|africa: african africans
asia: asian asians|kyiv: kiev|uk: britain british briton britons brits|usa: america american americans
saudi: saudis|emirates: emirati emiratis uae"""
PEOPLES = {
    word: place.strip()
    for line in _PEOPLES.replace("\n", "|").split("|")
    for place, words in [line.split(":")]
    for word in words.split()
}
_PLACES = frozenset(PEOPLES.values())  # not stemmed, to be what their peoples are


def stem(word: str) -> str:
    """Return a word in small letters as it stands in a reading."""
    return word if word in _PLACES else "".join(terms(word)) or word


# place: its capital and what its government is called after
_SEATS = """afghanistan: kabul|albania: tirana|algeria: algiers|angola: luanda|argentina: buenos aires
armenia: yerevan|australia: canberra|austria: vienna|azerbaijan: baku|bahrain: manama|bangladesh: dhaka
belarus: minsk|belgium: brussels|bolivia: la paz|bosnia: sarajevo|brazil: brasilia, planalto|bulgaria: sofia
cambodia: phnom penh|cameroon: yaounde|canada: ottawa|chad: ndjamena|chile: santiago|china: beijing, zhongnanhai
colombia: bogota|congo: kinshasa|croatia: zagreb|cuba: havana|cyprus: nicosia|czechia: prague|denmark: copenhagen
ecuador: quito|egypt: cairo|eritrea: asmara|estonia: tallinn|ethiopia: addis ababa|finland: helsinki
france: paris, elysee, élysée|georgia: tbilisi|germany: berlin|ghana: accra|greece: athens|guatemala: guatemala city
haiti: port-au-prince|honduras: tegucigalpa|hungary: budapest|iceland: reykjavik|india: delhi|indonesia: jakarta
iran: tehran|iraq: baghdad|ireland: dublin|israel: jerusalem, knesset|italy: rome, quirinale|jamaica: kingston
japan: tokyo|jordan: amman|kazakhstan: astana|kenya: nairobi|kosovo: pristina|kuwait: kuwait city
kyrgyzstan: bishkek|laos: vientiane|latvia: riga|lebanon: beirut|libya: tripoli|lithuania: vilnius
luxembourg: luxembourg city|madagascar: antananarivo|malaysia: kuala lumpur, putrajaya|mali: bamako|malta: valletta
mexico: mexico city|moldova: chisinau|mongolia: ulaanbaatar|montenegro: podgorica|morocco: rabat|mozambique: maputo
myanmar: naypyidaw|nepal: kathmandu|netherlands: hague, amsterdam|nicaragua: managua|niger: niamey|nigeria: abuja
norway: oslo|oman: muscat|pakistan: islamabad|panama: panama city|paraguay: asuncion|peru: lima
philippines: manila, malacañang|poland: warsaw|portugal: lisbon|qatar: doha|romania: bucharest
russia: moscow, kremlin|rwanda: kigali|scotland: edinburgh, holyrood|senegal: dakar|serbia: belgrade
slovakia: bratislava|slovenia: ljubljana|somalia: mogadishu|spain: madrid, moncloa|sudan: khartoum|sweden: stockholm
switzerland: bern|syria: damascus|taiwan: taipei|tajikistan: dushanbe|tanzania: dodoma|thailand: bangkok
tunisia: tunis|turkey: ankara|turkmenistan: ashgabat|uganda: kampala|ukraine: kyiv|uruguay: montevideo
uzbekistan: tashkent|vatican: holy see|venezuela: caracas, miraflores|vietnam: hanoi|wales: cardiff|yemen: sanaa
zambia: lusaka|zimbabwe: harare|saudi: riyadh|emirates: abu dhabi|uk: london, downing street, whitehall, westminster
usa: washington, white house, capitol hill|eu: brussels|korea: seoul, pyongyang|south africa: pretoria"""
# place: cities that lie there, which nothing else is called after
_CITIES = """australia: sydney, melbourne, brisbane, perth|brazil: são paulo, sao paulo, rio de janeiro
canada: toronto|canada: montreal, quebec|china: shanghai, wuhan, guangzhou, shenzhen|egypt: alexandria
france: marseille, lyon, nice|germany: munich, hamburg, frankfurt, cologne
india: mumbai, kolkata, chennai, bangalore|israel: tel aviv|italy: milan, naples, turin, venice
japan: osaka, hiroshima, nagasaki, fukushima|morocco: casablanca|netherlands: rotterdam|nigeria: lagos
pakistan: karachi, lahore|russia: st petersburg, vladivostok|saudi: jeddah, mecca|south africa: johannesburg
south africa: cape town, durban|spain: barcelona, valencia, seville|switzerland: geneva, zurich, davos|syria: aleppo
turkey: istanbul, izmir, gaziantep|uk: manchester, liverpool, birmingham|ukraine: kharkiv, odesa, lviv, mariupol
usa: new york, los angeles, chicago, houston, miami, boston|yemen: aden|emirates: dubai"""


def _listed(table: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return for each city or seat the terms of its country."""
    return {
        tuple(map(stem, city.split())): tuple(map(stem, place.split()))
        for line in table.replace("\n", "|").split("|")
        for place, cities in [line.split(":")]
        for city in cities.split(",")
    }


SEATS = _listed(_SEATS)
CITIES = _listed(_CITIES) | SEATS
# region: its countries, where the word is used of them alone
_REGIONS = """nordic: denmark finland iceland norway sweden|scandinavian: denmark norway sweden
scandinavia: denmark norway sweden|baltic: estonia latvia lithuania
balkan: albania bosnia bulgaria croatia kosovo serbia
benelux: belgium netherlands luxembourg|caribbean: cuba haiti jamaica"""
REGIONS = {
    (stem(region),): tuple(map(stem, countries.split()))
    for line in _REGIONS.replace("\n", "|").split("|")
    for region, countries in [line.split(":")]
}
# Two words that are one name.
PAIRS = {
    ("united", "states"): "usa",
    ("united", "kingdom"): "uk",
    ("great", "britain"): "uk",
    ("united", "nations"): "un",
    ("european", "union"): "eu",
    ("arab", "emirates"): "emirates",
    ("saudi", "arabia"): "saudi",
    ("saudi", "arabian"): "saudi",
}
# Written in capitals, or with full stops, these are no words.
CAPITALS = {"US": "usa", "USA": "usa", "UK": "uk", "UN": "un", "EU": "eu", "UAE": "emirates"}
# Units are one word whether they are written out or not.
MEASURES = {
    word: stem(unit)
    for unit, words in {
        "kilometre": "km kms kilometer kilometers kilometres",
        "metre": "meter meters metres",
        "kilogram": "kg kgs kilograms kilo kilos",
        "mile": "mi miles mph",
        "tonne": "ton tons tonnes",
        "kilowatt": "kw kilowatts",
        "megawatt": "mw megawatts",
        "gigawatt": "gw gigawatts",
        "celsius": "centigrade",
        "centimetre": "cm centimeter centimeters centimetres",
        "foot": "ft feet",
        "hour": "hr hrs hours",
        "minute": "min mins minutes",
    }.items()
    for word in (unit, *words.split())
}
