"""Names of months in the languages of the news, and the order in which a language writes a day in numerals.

A name means one month in every language here, so that no language needs to be known to read one. Knows no dates.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

Order = Literal["dmy", "mdy"]

# January to December; a short form that is one of a longer name's first letters stands beside it.
_NAMES = {
    "en": "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep "
    "october/oct november/nov december/dec",
    "fr": "janvier/janv février/févr/fév mars avril/avr mai juin juillet/juil août septembre octobre novembre "
    "décembre/déc",
    "de": "januar/jänner/jän februar/feber märz/mär april mai juni juli august september oktober/okt november "
    "dezember/dez",
    "es": "enero/ene febrero marzo abril/abr mayo/may junio julio agosto/ago septiembre/setiembre/set octubre "
    "noviembre diciembre/dic",
    "it": "gennaio/genn/gen febbraio/febb marzo aprile maggio/magg/mag giugno/giu luglio/lug agosto/ago "
    "settembre/sett/set ottobre/ott novembre dicembre/dic",
    "pt": "janeiro fevereiro/fev março abril/abr maio/mai junho julho agosto/ago setembro/set outubro/out novembro "
    "dezembro/dez",
    "nl": "januari februari maart/mrt april mei juni juli augustus september oktober/okt november december",
    "tr": "ocak/oca şubat/şub mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki kasım/kas "
    "aralık/ara",
    "ru": "января/январь/янв февраля/февраль/февр/фев марта/март/мар апреля/апрель/апр мая/май июня/июнь/июн "
    "июля/июль/июл августа/август/авг сентября/сентябрь/сент/сен октября/октябрь/окт ноября/ноябрь/нояб/ноя "
    "декабря/декабрь/дек",
    "uk": "січня/січ лютого/лют березня/бер квітня/квіт/кві травня/трав/тра червня/черв/чер липня/лип серпня/серп/сер "
    "вересня/вер жовтня/жовт/жов листопада/лист/лис грудня/груд/гру",
    "pl": "stycznia/styczeń/sty lutego/luty/lut marca/marzec kwietnia/kwiecień/kwi maja/maj czerwca/czerwiec/cze "
    "lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrz października/październik/paź listopada/listopad/lis "
    "grudnia/grudzień/gru",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember/des",
}
LANGUAGES = tuple(_NAMES)
# Regions that write the month first; English alone, and Canada, write either.
_MONTH_FIRST = {"en-us", "en-ph"}
_EITHER = {"en", "en-ca", "fr-ca", "es-us"}


def month_number(word: str) -> int | None:
    """Return 1 to 12 for a month's name or its short form in any of the languages, else None."""
    return _table().get(_plain(word))


def names_of(language: str) -> list[list[str]]:
    """Return the twelve months of a language, each with its full name first."""
    return [names.split("/") for names in _NAMES[language].split()]


def order_of(language: str | None) -> Order | None:
    """Return how a language tag (`en-GB`, `fr`) orders a day in numerals; None where it may be either."""
    tag = (language or "").strip().lower().replace("_", "-")
    if tag in _MONTH_FIRST:
        return "mdy"
    return "dmy" if tag not in _EITHER and re.split("-", tag)[0] in _NAMES else None


@cache
def _table() -> dict[str, int]:
    return {
        _plain(name): number
        for language in LANGUAGES
        for number, names in enumerate(names_of(language), 1)
        for name in names
    }


def _plain(word: str) -> str:
    """Return the word in small letters without accents: FÉVRIER, fevrier and février are one name."""
    letters = unicodedata.normalize("NFKD", word.replace("İ", "i").lower().replace("ı", "i"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).rstrip(".")
