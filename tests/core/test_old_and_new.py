"""Two values beside each other: a range, or an old and a new value, by the words of each language."""

import pytest

from monitor.core.quantities import read_quantities
from monitor.packs.load import load_packs

BILLION = 10**9


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Der Konzern rechnet mit Ausgaben von 64 bis 72 Milliarden Dollar.", [(64, 72)]),
        ("de", "Das Budget steigt um 3 bis 5 Milliarden Dollar.", [(3, 5)]),
        ("de", "Der Konzern hebt das Budget von 75 auf 85 Milliarden Dollar an.", [(75, 75), (85, 85)]),
        ("en", "It expects capital expenditures of $64 to $72 billion.", [(64, 72)]),
        ("en", "It raised its forecast from $60 billion to $65 billion.", [(60, 60), (65, 65)]),
        ("ar", "مقابل 60 إلى 65 مليار دولار في التوقعات السابقة.", [(60, 65)]),
        ("zh", "公司将支出指引从600亿至650亿美元上调至640亿至720亿美元。", [(60, 65), (64, 72)]),
        ("zh", "收入从390亿美元增至420亿美元。", [(39, 39), (42, 42)]),
        ("ja", "600億〜650億ドルから640億〜720億ドルに引き上げた。", [(60, 65), (64, 72)]),
        ("nl", "uitgaven van 64 tot 72 miljard dollar", [(64, 72)]),
        ("de", "Er hebt das Budget von 60 bis 65 auf 64 bis 72 Milliarden Dollar an.", [(60, 65), (64, 72)]),
        ("sv", "Budgeten höjs från 60-65 till 64-72 miljarder dollar.", [(60, 65), (64, 72)]),
        ("ru", "Прогноз повышен с 60–65 до 64–72 млрд долларов.", [(60, 65), (64, 72)]),
        ("id", "Anggaran naik menjadi USD64 miliar hingga USD72 miliar.", [(64, 72)]),
        ("es", "Las inversiones de capital de 60.000 a 65.000 millones de dólares siguen en pie.", [(60, 65)]),
    ],
)
def test_a_range_and_a_change_are_told_apart(language, text, expected):
    found = read_quantities(text, language, load_packs())
    assert [(one.low / BILLION, one.high / BILLION) for one in found if one.low and one.high] == expected
