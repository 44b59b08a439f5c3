"""Whether an answer can be read against its passages."""

from __future__ import annotations

import pytest

from assistant.language import foreign, words

PASSAGES = words(
    [
        "The council closed the harbour bridge on Tuesday after engineers found cracks in two of its steel cables. The"
        " mayor, Ana Pires, said that repairs would take about six weeks and that ferries would run through the night."
        " Shop owners on the north bank asked for help with the rent; the council has not said whether it will pay.",
    ]
)
ENGLISH = (
    "The harbour bridge was shut because engineers had discovered cracked cables, and the mayor expects the repairs to"
    " take roughly six weeks [1]. Meanwhile ferries run through the night for commuters [1]."
)
OTHERS = {
    "german": "Die Brücke am Hafen wurde gesperrt, weil Ingenieure Risse in zwei Stahlseilen gefunden haben, und die"
    " Reparatur soll nach Angaben der Bürgermeisterin Ana Pires etwa sechs Wochen dauern [1].",
    "french": "Le pont du port est fermé parce que des ingénieurs ont trouvé des fissures dans deux câbles ; selon la"
    " maire Ana Pires, les réparations dureront environ six semaines [1].",
    "spanish": "El puente del puerto está cerrado porque los ingenieros hallaron grietas en dos cables de acero, y la"
    " alcaldesa Ana Pires dijo que las obras durarán unas seis semanas [1].",
    "dutch": "De brug in de haven is gesloten omdat ingenieurs scheuren in twee stalen kabels vonden, en de reparatie"
    " duurt volgens burgemeester Ana Pires ongeveer zes weken [1].",
    "turkish": "Liman köprüsü, mühendislerin iki çelik halatta çatlak bulması üzerine kapatıldı ve onarımların yaklaşık"
    " altı hafta sürmesi bekleniyor [1].",
    "russian": "Мост в порту закрыт, потому что инженеры нашли трещины в двух стальных тросах, и ремонт займёт около"
    " шести недель [1].",
}


def test_an_answer_in_the_passages_own_language_is_not_foreign() -> None:
    assert not foreign(ENGLISH, PASSAGES)


@pytest.mark.parametrize("name", OTHERS)
def test_another_language_is_foreign(name: str) -> None:
    assert foreign(OTHERS[name], PASSAGES)


@pytest.mark.parametrize("name", OTHERS)
def test_no_language_is_foreign_to_itself(name: str) -> None:
    assert not foreign(OTHERS[name], words([OTHERS[name], OTHERS["german"]]))


def test_quotations_names_and_short_answers_do_not_count() -> None:
    assert not foreign(f"The mayor said: “{OTHERS['german']}”", PASSAGES)
    assert not foreign("Oui, Ana Pires.", PASSAGES)
    assert not foreign("", PASSAGES)
