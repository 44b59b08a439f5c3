"""Irregular forms of English words, which no stemmer brings together: bought is buy. Knows nothing of search.

Questions ask "when did they buy", articles say "bought". Forms that are mostly another word, or have its stem, are left
out (bit, Fed, ground, lay, lives, rose, saw, wound).
"""

from __future__ import annotations

# base form: its other forms
FORMS = {
    line.split(":")[0].strip(): tuple(line.split(":")[1].split())
    for line in """arise: arose arisen
awake: awoke awoken
beat: beaten
become: became
begin: began begun
bend: bent
bleed: bled
blow: blew blown
break: broke broken
breed: bred
bring: brought
build: built
burn: burnt
buy: bought
catch: caught
child: children
choose: chose chosen
come: came
creep: crept
deal: dealt
dig: dug
draw: drew drawn
dream: dreamt
drink: drank drunk
drive: drove driven
eat: ate eaten
fall: fell fallen
feel: felt
fight: fought
find: found
flee: fled
fly: flew flown
foot: feet
forbid: forbade forbidden
forget: forgot forgotten
forgive: forgave forgiven
freeze: froze frozen
give: gave given
go: went gone
grow: grew grown
hang: hung
hear: heard
hide: hid hidden
hold: held
keep: kept
know: knew known
lead: led
learn: learnt
leave: left
light: lit
lose: lost
make: made
man: men
meet: met
mouse: mice
overcome: overcame
overthrow: overthrew overthrown
pay: paid
ride: rode ridden
ring: rang rung
rise: risen
run: ran
seek: sought
see: seen
sell: sold
send: sent
shake: shook shaken
shoot: shot
shrink: shrank shrunk
sing: sang sung
sink: sank sunk
sleep: slept
speak: spoke spoken
spend: spent
spin: spun
stand: stood
steal: stole stolen
stick: stuck
strike: struck stricken
swear: swore sworn
swim: swam swum
swing: swung
take: took taken
teach: taught
tear: tore torn
tell: told
think: thought
throw: threw thrown
tooth: teeth
undergo: underwent undergone
understand: understood
wake: woke woken
wear: wore worn
win: won
withdraw: withdrew withdrawn
woman: women
write: wrote written""".splitlines()
}
