"""Short word lists the other modules share. Knows nothing of what they are used for.

Lists, not a language model: they hold words that occur in any news, never a topic. All in lower case.
"""

from __future__ import annotations

# Words that say nothing of what a text is about, with the verbs a question is built from.
STOPWORDS = frozenset(
    """a about above after again against all also am among an and another any are aren't as at away be became because
    become been before being between both but by came can can't could couldn't did didn't do does doesn't doing don't
    down during each either else even ever every few following for from further get gets give given go goes going
    got had hadn't has hasn't have haven't having he her here hers herself him himself his how however i i'd i'll i'm
    i've if in into is isn't it it's its itself just let let's like ll made make many may me might more most mr mrs ms
    much must my myself neither no nor not now of off on once one only onto or other our ours ourselves out over own
    please put rather re said same say says she should shouldn't since so some still such t take tell than that
    that's the their theirs them themselves then there there's these they they're this those though through to too
    toward towards under until up upon us ve very via was wasn't we we're were weren't what what's when where
    which while who who's whom whose why will with within without won't would wouldn't yes yet you your yours""".split()
)
# Words of a question that stand for what is asked, not for what the article would say.
ASKING = frozenset(
    """happen happened happening happens called know known knows mean means explain recently recent reportedly according
    latest news thing things kind type sort name named article articles week month year today yesterday currently
    possible way think thinks believe exactly actually new old information details detail tell describe summary
    summarize summarise stuff ago come coming able according long big""".split()
)
MONTHS = tuple("january february march april may june july august september october november december".split())
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
DATE_WORDS = (frozenset(MONTHS) - {"may", "march"}) | WEEKDAYS | frozenset("yesterday today tonight tomorrow".split())
NUMBER_WORDS = dict(
    zip(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty""".split(),
        range(21),
        strict=True,
    )
)
SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

# Countries, regions and cities the news names most: enough to know that "and Turkey?" replaces a place.
PLACES = frozenset(
    name.strip().replace("\n", " ")
    for name in """afghanistan,africa,albania,algeria,ankara,argentina,armenia,asia,athens,australia,austria,azerbaijan,
baghdad,bahrain,bangladesh,beijing,beirut,belarus,belgium,berlin,bolivia,bosnia,brazil,britain,brussels,bulgaria,cairo,
california,cambodia,cameroon,canada,caracas,chad,chicago,chile,china,colombia,congo,crimea,croatia,cuba,cyprus,damascus,
darfur,delhi,denmark,dubai,dublin,ecuador,egypt,england,eritrea,estonia,ethiopia,europe,finland,florida,france,gaza,
geneva,georgia,germany,ghana,greece,greenland,guatemala,gulf,haiti,havana,hawaii,honduras,hong kong,hungary,iceland,
india,indonesia,iran,iraq,ireland,islamabad,israel,istanbul,italy,ivory coast,jakarta,japan,jerusalem,jordan,kabul,
kashmir,kazakhstan,kenya,khartoum,kosovo,kuwait,kyiv,kyrgyzstan,laos,latvia,lebanon,libya,lithuania,london,los angeles,
luxembourg,madagascar,madrid,malaysia,mali,malta,manila,mexico,moldova,mongolia,montenegro,morocco,moscow,mozambique,
myanmar,nepal,netherlands,new delhi,new york,new zealand,nicaragua,niger,nigeria,north korea,north macedonia,
northern ireland,norway,oman,ottawa,pakistan,palestine,panama,paris,peru,philippines,poland,portugal,puerto rico,qatar,
romania,rome,russia,rwanda,san francisco,saudi arabia,scotland,senegal,seoul,serbia,shanghai,siberia,singapore,
slovakia,slovenia,somalia,south africa,south korea,south sudan,soviet union,spain,sri lanka,stockholm,sudan,sweden,
switzerland,sydney,syria,taipei,taiwan,tajikistan,tanzania,tehran,texas,thailand,the hague,tibet,tokyo,tripoli,tunisia,
turkey,turkiye,türkiye,uae,uganda,uk,ukraine,united arab emirates,united kingdom,united states,uruguay,us,usa,
uzbekistan,vatican,venezuela,vienna,vietnam,wales,warsaw,washington,west bank,xinjiang,yemen,zambia,zimbabwe""".split(
        ","
    )
)
# A name with one of these is a body or an event, not a person.
BODIES = frozenset(
    """agency airlines airport alliance army association authority bank board bureau center centre championship church
    club coast college commission committee company conference congress corp council county court cup department
    district election federation force forces foundation fund games government group guard hospital house inc institute
    international island islands league mission ministry museum nations network north office olympics organization
    organisation pact palace parliament party peace police prize project republic school senate service society south
    states street summit supreme system team times treaty union united university war white world""".split()
)
TITLES = frozenset(
    """president minister secretary chancellor king queen prince princess pope senator governor mayor judge
    justice general colonel captain mr mrs ms dr sir chief director chairman ceo actor actress singer coach rep sen
    gov""".split()
)
