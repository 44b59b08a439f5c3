"""Words that news uses for one another, and words of one root. Knows nothing of names, and of no language but English.

A short list by hand: near enough that a sentence told with one is borne out by the other. Verbs and nouns of one thing
stand together, for "the launch" is told as "was launched".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from assistant.aliases import stem

_GROUPS = """say tell state declare announce note add remark explain comment|warn caution alert
claim assert insist maintain argue contend hold|admit concede acknowledge confess|deny reject dismiss refute dispute
ask request call demand urge appeal|promise pledge vow commit undertake|offer propose suggest
praise welcome hail applaud|criticise criticize condemn denounce blast slam rebuke|accuse blame charge allege
agree accept consent approve approval endorse back clear ratify green|refuse decline
permit allow let authorise authorize permission authorisation authorization licence license
forbid ban prohibit bar outlaw|stop halt suspend freeze end cease pause interrupt block
begin start launch open commence initiate|launch lift blast take|continue proceed go keep|resume restart
finish complete conclude end|delay postpone defer late|kill die death dead toll claim fatality fatal
injure wound hurt injury|murder kill slay|attack strike assault raid hit|hit strike collide crash slam impact
destroy ruin wreck demolish flatten raze devastate|damage harm suffer|explode explosion blast detonate burst
fire blaze flame burn|collapse fall topple cave|rescue save|survive spare survivor intact|search look hunt seek
find discover locate detect|show reveal unveil present display publish release|see observe watch view
measure gauge put record register|estimate reckon estimate put|count number tally total toll
rise increase climb grow jump surge gain soar|fall drop decline decrease sink slip plunge tumble|double twice
reduce cut lower slash shorten trim|slow hamper hinder hard|buy purchase acquire acquisition procure|sell sale
pay cost spend price worth|give grant donate hand provide supply offer gift pledge
deliver delivery ship send transport shipment distribution distribute|get receive obtain
take remove withdraw expel oust exclude kick|join enter accede member membership accession|leave quit exit depart
return back|win victory beat defeat triumph|lose defeat loss|score goal net|title trophy cup champion
retain defend keep|draw tie level|sign conclude seal strike deal agreement contract accord pact treaty
plan intend aim goal purpose mean objective seek principal|aim direct target|try attempt bid effort|manage succeed
choose pick select elect|appoint name nominate|resign quit step|dismiss fire sack remove
arrest detain hold custody seize|release free|convict guilty sentence|question interrogate interview
investigate probe inquiry investigation examine|test trial experiment
vaccinate inoculate immunise jab vaccine vaccination shot dose|build construct erect
rebuild restore reconstruct renovate restoration reconstruction|make produce manufacture maker production
run operate manage operator|help assist aid assistance support|protect defend safeguard shield protection defence
meet talk talks meeting summit discuss|speak talk address|worry concern fear anxious
believe think view regard consider|expect anticipate foresee|know learn|want wish desire seek
threat threaten danger risk menace endanger dangerous|harm damage hurt|cause trigger prompt bring|lead cause result
need require|wait queue line|stay remain|stand park|stick strand ground aground wedge stuck trap
free refloat dislodge loose|tow pull tug|sail voyage travel journey|travel go fly visit trip journey
flee escape evacuate|arrive reach come land|land touchdown touch|turn veer swing|move shift
carry transport bear hold|contain hold include|store keep storage|cover span stretch|circle orbit revolve
big large huge great vast giant|small little tiny minor|high tall|new fresh latest recent|old elderly aged
first initial debut maiden earliest|last final|near close nearby|far distant remote
about approximately roughly nearly almost|many several numerous dozens|part portion share section
whole entire full complete|bad poor severe|weather storm rain snow|serious grave severe deep
clear plain evident obvious|precise accurate exact|quick fast rapid swift speedy|strong powerful
normal usual regular ordinary standard|enough sufficient adequate suffice|safe unharmed secure unhurt
sick ill illness disease|poor worse bad|lawmaker legislator congressman senator parliamentarian member congress
president leader head|minister secretary|chief head director boss chair chairman|official officer authority
spokesman spokeswoman spokesperson|police officer|soldier troop military army force|doctor physician medic medical
hospital clinic ward|expert specialist scientist researcher|firm company business group corporation
worker employee staff personnel|crew sailor|vessel ship boat craft freighter|aircraft plane jet warplane fighter
car vehicle automobile|spacecraft probe craft satellite|telescope observatory|quake earthquake tremor shock
epicentre epicenter centre center|flood deluge|disaster catastrophe calamity tragedy|home house residence
building structure|city town municipality|country nation state|world globe planet international|border frontier
port harbour harbor|canal waterway|month monthly|year annual yearly|week weekly|day daily
people person resident citizen civilian|child boy girl kid|patient case|victim casualty dead|money fund cash finance
tax levy duty|budget spending|economy economic|crisis trouble emergency|war conflict fighting battle
peace truce ceasefire armistice|weapon arm arms missile|penalty sanction punish punishment penalise penalize
law legislation act bill|court tribunal judge|vote ballot poll election|party faction
plan scheme programme program project|report study survey|picture image photo photograph photograph
part component piece|step measure move action|way method|oil crude petroleum|gas fuel|leak spill seep
link tie connect relation related|cooperate cooperation collaborate collaboration partner|ally partner alliance
rival opponent competitor foe enemy|anger angry fury outrage|happy glad pleased|surprise shock stun|hope optimism
success successful achieve|opposite contrary|same identical equal|different differ separate unrelated
former previous ex earlier|current present|future coming upcoming|partial part partly|total overall|public open
secret classified confidential|capital city|church cathedral|roof ceiling
protest demonstrate demonstration rally march|goods cargo freight load|machine excavator digger|price cost
deadly lethal fatal|evening night|dawn morning|noon midday|reveal disclose|solve resolve settle|hide conceal
quarter fourth|halve half|describe call term|refer mention cite|point indicate sign suggest
prove confirm verify proof|deliberate intentional purpose arson|accident accidental mishap|activate switch
postpone wait delay defer|unrelated separate independent|sole only single|begin underway outset
top exceed surpass pass|join participate part|attend visit present|lead head run chair guide|host hold stage
celebrate mark commemorate remember anniversary mourn|open inaugurate opening reopen|shut close closure shutter
honour honor award prize|organise organize arrange prepare preparation|install fit set place put|equip fit arm
repair fix mend|check inspect examine verify test|observe follow keep respect comply|gather assemble meet collect
spread widen extend expand|shrink narrow contract|weaken erode undermine|strengthen bolster boost reinforce
support back favour favor|oppose resist object opposition|replace substitute successor|share divide split
combine merge unite|separate divide split detach|connect link join attach|own owner possess belong|rent lease hire
borrow loan credit lend|owe debt|earn income revenue wage salary|profit gain earnings|cheap inexpensive
expensive costly dear price|rich wealthy|worth value cost|market trade exchange|export sell|import buy
produce yield output|consume use consumption|use employ apply deploy utilise utilize
design develop create invent build|discover find|explain account reason because thanks owing due|example instance
kind type sort|amount quantity volume|level degree rate|size scale|length long|width wide|height high
weight heavy weigh|deep depth|distance away far|speed velocity fast|temperature warm heat cold cool|hot warm heat
dark darkness|bright light|loud noise sound|glance look watch gaze|eye sight vision|glasses spectacle sunglasses
photograph shoot capture snap image|film movie|book novel|write author|letter message note|read study
teach educate education school|student pupil|university college|science scientific|space cosmos orbit|sun solar
moon lunar|star stellar|earth terrestrial globe|sea ocean marine|river stream|mountain peak|forest wood
animal creature|plant crop|food meal eat|water drink|house dwelling|street road avenue|railway rail train
airport runway|bridge crossing|tower spire|queen king monarch royal|wife husband spouse|father mother parent
son daughter child|friend ally|team side squad|coach manager|player footballer|match game fixture|season campaign
record best|race contest|crowd spectator audience viewer|fan supporter|stadium arena ground|shootout penalty spot
half interval break|extra additional further more|minute moment|hour clock|afternoon midday|night overnight evening
quit abandon drop|escape avoid evade|suffer endure undergo|recover recovery heal|treat treatment therapy cure
infect infection contagion|virus pathogen|drug medicine medication|nurse carer|dose injection jab|trial study
side adverse|old age aged elderly|woman female|man male|young youth|suspect accused defendant|witness bystander
crime offence offense|prison jail custody|lawyer attorney counsel|rule ruling verdict decision decide
appeal challenge contest|rebel insurgent militant|troop force|border frontier land|missile rocket|bomb explosive
nuclear atomic|base camp headquarters|intelligence spy secret|refugee migrant asylum|shelter harbour host
aid relief donation|rubble ruin debris|survivor victim|aftershock tremor|magnitude strength|mistake error fault
failure breakdown fail break malfunction|correct right accurate|doubt question uncertain|certain sure confident
risk danger|chance possibility opportunity|likely probable expected|possible potential
effect impact consequence result|change alter modify shift|improve better enhance|worsen deteriorate|stable steady
sudden abrupt|slow gradual delay|early soon|later subsequently afterwards|recently lately|often frequently
rare seldom|main chief principal key major|important significant crucial|special particular|common joint shared
private personal|foreign abroad overseas|local regional|north northern|south southern|east eastern|west western
middle central centre|inside within interior|outside exterior|top upper|bottom lower|around about
nearly almost close|exactly precisely|twice double|single one lone|pair two couple|dozen twelve|score twenty
majority most|minority few|entire all|tiny minute|narrow thin|broad wide|empty vacant|full packed|ready prepared
busy crowded|calm quiet|proud pride|sad grief sorrow|want intend wish|love like fond|hate dislike|fear afraid
trust confidence|respect esteem|freedom liberty free|right entitlement|duty obligation oblige
must require oblige have|should ought|lack shortage scarcity|reserve stock supply|grain wheat flour bread|silo store
fertiliser fertilizer|hear audible sound heard|feel sense|smell odour|touch contact|hold grip|push press
pull drag tow|throw toss fling cast|catch grab|break shatter smash|cut slice|shut lock|bury inter|burn scorch
melt thaw|freeze ice|rain shower|wind gale|wave swell|dry drought"""


@lru_cache(maxsize=1)
def _groups() -> dict[str, tuple[str, ...]]:
    """Return for each term the keys of the groups that it stands in."""
    found: dict[str, dict[str, None]] = {}
    for number, group in enumerate(_GROUPS.replace("\n", "|").split("|")):
        for word in group.split():
            found.setdefault(stem(word), {})[f"={number}"] = None
    return {term: tuple(keys) for term, keys in found.items()}


def wide(terms: Iterable[str]) -> frozenset[str]:
    """Return keys for what these terms, and others that mean the same, are looked up by (`near`)."""
    keys: set[str] = set()
    for term in terms:
        keys.update(_given(term))
    return frozenset(keys)


def near(term: str, given: frozenset[str]) -> bool:
    """Tell whether a term, one that means the same or one of its root is among those `given` as `wide` returns them."""
    return not given.isdisjoint(_keys(term))


@lru_cache(maxsize=1 << 15)
def _given(term: str) -> tuple[str, ...]:
    return (term, *_groups().get(term, ()), *_rooted(term), *(f"^{term[:length]}" for length in range(5, len(term))))


@lru_cache(maxsize=1 << 15)
def _keys(term: str) -> tuple[str, ...]:
    longer = (f"^{term}",) if len(term) >= 5 else ()
    return (term, *_groups().get(term, ()), *_rooted(term), *longer, *(term[:length] for length in range(5, len(term))))


def _rooted(term: str) -> Iterator[str]:
    if len(term) >= 6 and term.isalpha():
        yield f"~{term[:6]}"
