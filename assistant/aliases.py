"""Words that name the same place or body: Russian is Russia, U.S. is the United States. Knows nothing of texts.

Two bodies that a place is called after stay apart; only names that any news uses for one another are brought together.
"""

from __future__ import annotations

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
