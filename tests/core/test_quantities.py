"""Quantities: what is read, with which hedge, printed precision, shape and notes; and the laws the reader keeps."""

import itertools
from decimal import Decimal

import pytest
from growth import assert_grows_with_length_only
from hypothesis import given
from hypothesis import strategies as st
from quantity_notation import as_written, meant, same_value

from monitor.core.numerals import Numerals
from monitor.core.quantities import _Reader, read_quantities
from monitor.core.ranges import Ranges
from monitor.core.types.figures import Quantity
from monitor.packs.load import load_packs

PACKS = load_packs()
LANGUAGES = PACKS.languages.written()


def read(text: str, language: str = "en") -> tuple[Quantity, ...]:
    return read_quantities(text, language, PACKS)


def expect(text: str, language: str, *answers: str) -> None:
    found = read(text, language)
    meanings = [meant(answer) for answer in answers]
    assert len(found) == len(meanings), as_written(found)
    for quantity, meaning in zip(found, meanings, strict=True):
        assert same_value(quantity, meaning), as_written(found)
        assert quantity.modifier == meaning[3], as_written(found)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("The bill came to $1.5tn, up from $900bn.", ["1.5e12 USD", "900e9 USD"]),
        ("It raised the range from $60-65 billion to $64-72 billion.", ["60e9..65e9 USD", "64e9..72e9 USD"]),
        ("It went from 60 to 65 billion dollars.", ["60e9 USD", "65e9 USD"]),
        ("between $37B and $40B", ["37e9..40e9 USD"]),
        ("$8-10bn a year", ["8e9..10e9 USD"]),
        ("up to 5GW", ["<=5e9 W"]),
        ("no fewer than 20,000 chips, if not more", [">=20000 count"]),
        ("It costs $7.14 and later 20 cents more.", ["7.14 USD", "0.2 USD"]),
        ("Shares fell 34 cents.", ["34 USX"]),
        ("3 dollars and 50 cents", ["3.5 USD"]),
        ("1 million 250 thousand people", ["1.25e6 count"]),
        ("two hundred and fifty megawatts", ["250e6 W"]),
        ("billions of dollars in tens of thousands of homes", ["1e9.. USD", "10e3..100e3 count"]),
        ("S$1.2b (US$890m)", ["1.2e9 SGD", "890e6 USD"]),
        ("It was downloaded over 650 million times, ten times as often.", [">=650e6 count", "10 times"]),
        ("a total of 30 MUSD", ["30e6 USD"]),
        ("up to $135 billion (€112 billion)", ["<=135e9 USD", "<=112e9 EUR"]),
        ("more than the $38.3 billion that analysts expected", ["38.3e9 USD"]),
    ],
)
def test_english_as_newspapers_write_it(text: str, answers: list[str]) -> None:
    expect(text, "en", *answers)


@pytest.mark.parametrize(
    "text",
    [
        "Llama 3.1 and GPT-4 run on the H100 and A100.",
        "In 2025 and between 2024 and 2026 it met on 30/10/2025 at 10:30.",
        "It took 20 years and 30 km.",
        "Call +16505434800, see #12345 or item_10000.",
        "Windows 11 and version 2.0.1 came out on 5 May.",
        "Q2 FY25 and the 29th of June",
        "One of the two teams won the first half.",
    ],
)
def test_names_dates_times_and_codes_are_no_quantities(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("language", "text", "answers"),
    [
        ("es", "Ingresó 42.300 millones de dólares y gastó 24.200 millones.", ["42300e6 USD", "24200e6 USD"]),
        ("es", "Facturó 42.300 millones de dólares. Los usuarios son 3.290 millones.", ["42300e6 USD", "3290e6 count"]),
        (
            "fr",
            "Les dépenses de 114 à 119 milliards de dollars, contre 110 milliards.",
            ["114e9..119e9 USD", "110e9 USD"],
        ),
        ("it", "I ricavi di 58,1 miliardi di euro battono i 46,8 miliardi attesi.", ["58.1e9 EUR", "46.8e9 EUR"]),
    ],
)
def test_a_unit_left_out_is_taken_from_the_amounts_around(language: str, text: str, answers: list[str]) -> None:
    expect(text, language, *answers)


def test_what_was_taken_from_context_is_noted() -> None:
    quantity = read("Ingresó 42.300 millones de dólares y gastó 24.200 millones.", "es")[1]
    assert quantity.notes == ("unit USD taken from the amounts around it",)


@pytest.mark.parametrize(
    ("language", "text", "step"),
    [
        ("en", "$13.7bn", "1e8"),
        ("en", "$13.72bn", "1e7"),
        ("en", "350,000 chips", "1"),
        ("en", "2.20 GW", "1e7"),
        ("pt", "US$ 39,071 bilhões", "1e6"),
        ("ja", "35万枚", "1e4"),
        ("ja", "一兆二千億円", "1e11"),
        ("ko", "4억 2천만 달러", "1e7"),
        ("zh", "1.2万亿元", "1e11"),
        ("hi", "₹1.5 लाख करोड़", "1e11"),
        ("de", "fünf Gigawatt", "1e9"),
        ("en", "3 dollars and 50 cents", "0.01"),
    ],
)
def test_the_printed_precision_is_the_place_of_the_last_digit(language: str, text: str, step: str) -> None:
    (quantity,) = read(text, language)
    assert quantity.low_step == quantity.high_step == Decimal(step)


def test_both_ends_of_a_range_carry_their_own_precision() -> None:
    (quantity,) = read("between $38.5 billion and $41 billion")
    assert (quantity.low_step, quantity.high_step) == (Decimal(10) ** 8, Decimal(10) ** 9)


def test_a_group_mark_that_would_make_trillions_is_read_as_a_decimal_mark_and_says_so() -> None:
    (quantity,) = read("59.893 tỷ USD", "vi")
    assert quantity.low == Decimal("59.893e9")
    assert "decimal mark" in quantity.notes[0]
    expect("59.893 tỷ đồng", "vi", "59893e9 VND")


def test_a_text_that_writes_points_for_decimals_is_read_so_in_a_language_of_commas() -> None:
    expect("Gastó 8.47 millones de dólares, 40.6 millones más y 1.250 millones de euros.", "es",
           "8.47e6 USD", "40.6e6 USD", "1.250e6 EUR")  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "vague"),
    [("en", "hundreds of millions of dollars", True), ("zh", "数千亿美元", True), ("en", "$300 million", False)],
)
def test_vague_magnitudes_are_marked(language: str, text: str, vague: bool) -> None:
    (quantity,) = read(text, language)
    assert quantity.vague is vague


def test_a_language_known_only_to_cldr_reads_money_power_and_percent() -> None:
    for language, text in {
        "et": "Meta kulutab 65 miljardit dollarit, 5 GW, 22 protsenti.",
        "af": "Meta sal 65 miljard dollar, 5 gigawatt, 22 persent bestee.",
        "sl": "Meta bo porabila 65 milijard dolarjev, 5 GW, 22 odstotkov.",
    }.items():
        expect(text, language, "65e9 USD", "5e9 W", "22 percent")


def test_an_unknown_language_is_read_as_english() -> None:
    expect("about $65 billion", "xx", "~65e9 USD")


SOUP = st.lists(
    st.sampled_from(
        "$ € 5 64 72 1.5 350,000 39,071 3.270 2025 billion bn million mil millones Mrd. 万 亿 億 兆 억 만 천 GW MW % "
        "USD dollars de to - – bis between and from by over nearly up 约 以上 近く ( ) . , \n GPUs "
        "people half tens of 数 "
        "מיליארד مليار ١٢٣ लाख करोड़ ล้าน tỷ 5ر1 H100 per share cents".split(" ")
    ),
    max_size=30,
).map(" ".join)


@given(SOUP | st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_offsets_slice_back_in_order_and_never_overlap(text: str, language: str) -> None:
    found = read(text, language)
    assert all(text[q.start : q.end] == q.text and q.text for q in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(q.low is not None or q.high is not None for q in found)
    assert all(q.low is None or q.high is None or q.low <= q.high for q in found)
    assert all(q.low_step > 0 and q.high_step > 0 for q in found)


def test_nothing_is_read_across_paragraphs_of_another_language() -> None:
    text = "约 \n 万"
    assert all(text[q.start : q.end] == q.text for q in read(text, "ca"))


@given(SOUP, st.sampled_from(LANGUAGES))
def test_reading_twice_gives_the_same(text: str, language: str) -> None:
    assert read(text, language) == read(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_doubled_text_gives_the_same_readings_twice(language: str) -> None:
    for example in PACKS.language(language).examples:
        once = [(q.low, q.high, q.unit, q.modifier) for q in read(example.text, language)]
        twice = [(q.low, q.high, q.unit, q.modifier) for q in read(f"{example.text}.\n{example.text}.", language)]
        assert twice == once * 2


@pytest.mark.parametrize(
    "piece",
    ["1", "1,", "1.", "1 ", "1 000 ", "一", "万", "1万", "9억", "$", "- ", "5 to ", "between 5 and ", "million ",
     "half a ",     "1,000,", "5-", "half ", "two hundred ", "(", "over ", "dollars ", "'", "٬1"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "ja", "ko", "de", "ar"])
def test_hostile_repetition_takes_linear_time(piece: str, language: str) -> None:
    assert_grows_with_length_only(
        lambda length: read(piece * (length // len(piece)), language), short=2_000, long=16_000, slack=5
    )


def test_a_paragraph_in_another_language_is_read_in_its_own() -> None:
    text = "Der Konzern steckt 1,5 Milliarden Euro in das Werk.\n예산은 4억 2천만 달러다.\nDas sind 2.500 Stellen."
    expect(text, "de", "1.5e9 EUR", "42e7 USD", "2500 count")
    found = read(text, "de")
    assert [one.language for one in found] == ["de", "ko", "de"]
    assert all(text[one.start : one.end] == one.text for one in found)


@pytest.mark.parametrize("token", ["1,234.56.78", "1.234,567.8", "12,,345.6", "1,2345,678"])
def test_digits_with_marks_out_of_place_are_no_number_whole(token: str) -> None:
    assert all(one.text != f"{token} dollars" for one in read(f"It costs {token} dollars."))


@pytest.mark.parametrize(
    ("language", "text", "answers"),
    [
        ("en", "$5—7 billion", ["5e9..7e9 USD"]),
        ("en", "between 3 million and 5 GPUs", ["3e6..5e6 count"]),
        ("en", "5 to 7 cents", ["5..7 USX"]),
        ("en", "50 acres to 60 acres", ["202342.82112..242811.385344 m2"]),
        ("en", "Sales grew 7% to 3.58 billion people", ["7 percent", "3.58e9 count"]),
        ("en", "tens of millions to five hundred million dollars", ["10e6..100e6 count", "500e6 USD"]),
        ("ja", "4億 2.1.1千台", ["4e8 count"]),
        ("ja", "30億ドル(約1)(約2)超", ["30e8 USD"]),
        ("sw", "dola bilioni 72 mwaka huu", ["72e9 USD"]),
        ("en", "It paid 7 Canadian dollars. Then 20 cents was paid.", ["7 CAD", "0.2 CAD"]),
        ("ko", "4억 3", ["4e8 count"]),
        ("en", "30 million to ² or ②, $3-² and 15 dollars ②", ["30e6 USD", "3 USD", "15 USD"]),
        ("en", "3 thousand to 400 million dollars", ["3000 USD", "400e6 USD"]),
        ("en", "between 60 and 5 billion dollars", ["5e9 USD"]),
        ("he", "השקיעה וב5 מיליארד דולר", ["5e9 USD"]),
        ("zh", "3.1.2万元", []),
        ("zh", "三k人用", []),
        ("zh", "三5亿美元", ["5e8 USD"]),
        ("ko", "4억 3 달러", ["4e8 USD", "3 USD"]),
        ("tr", "İstanbul'da 60 milyar dolar", ["60e9 USD"]),
        ("ru", "Выручка составила 47 млрд. В третьем квартале 10 млрд долларов.", ["47e9 USD", "10e9 USD"]),
    ],
)
def test_marks_and_words_that_lead_astray(language: str, text: str, answers: list[str]) -> None:
    found = read(text, language)
    assert len(found) == len(answers), as_written(found)
    assert all(same_value(one, meant(answer)) for one, answer in zip(found, answers, strict=True)), as_written(found)


def test_a_bracket_without_end_hides_no_hedge() -> None:
    found = read(
        "15億ドル(約2260億円と書かれているが括弧はどこまでも閉じられることがないままに長く続いていくのである。", "ja"
    )
    assert same_value(found[0], meant("15e8 USD"))


def test_a_chain_of_scales_longer_than_anybody_prints_is_cut_short() -> None:
    assert len(read("5 million million million million million million dollars")) <= 1
    assert len(read("tens of " + "million " * 8 + "dollars")) <= 1


NUMBERS = [
    "3",
    "12",
    "1,5",
    "0.0",
    "64",
    "2025",
    "350.000",
    "1.234",
    "$",
    "%",
    "-",
    "–",
    "~",
    ",",
    ". ",
    " ",
    "\n",
    "(",
]


def phrases(language: str) -> list[str]:
    """What a language reads numbers with, and their first words alone."""
    pack = PACKS.language(language)
    groups = (
        pack.number_words, pack.fractions, pack.shares, pack.vague, pack.bare, pack.articles, pack.implied,
        pack.fillers, pack.scales, pack.currencies, pack.counters, pack.of_words, pack.ranges.join, pack.ranges.starts,
        pack.ranges.separate, pack.ranges.turns, *pack.ranges.between, [cue.text for cue in pack.modifiers],
    )  # fmt: skip
    whole = {word.rstrip("*") for group in groups for word in group}
    return sorted(whole | {word.split(" ")[0] for word in whole})


@pytest.mark.parametrize("language", ["en", "fr", "de", "pt", "es", "zh", "ja", "ko", "ar", "sw"])
@given(st.data())
def test_passing_over_what_cannot_be_a_quantity_changes_nothing(language: str, data: st.DataObject) -> None:
    words = st.sampled_from(phrases(language))
    parts = st.lists(st.one_of(words, words, st.sampled_from(NUMBERS), st.text(max_size=3)), max_size=14)
    text = data.draw(st.sampled_from([" ", ""])).join(data.draw(parts))
    quick = read(text, language)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Reader, "_leads_nowhere", lambda _self, _found: False)
        patch.setattr(Ranges, "_led", lambda _self, _first: True)
        patch.setattr(Numerals, "_mixes", lambda _self, _end: True)
        slow = read(text, language)
    assert repr(slow) == repr(quick)


@pytest.mark.parametrize(
    ("text", "answers"),
    [("500여 달러를 썼다.", [">=500 USD"]), ("500여 킬로미터를 달렸다.", []), ("30여 년 전의 일이다.", [])],
)
def test_a_unit_behind_a_cue_counts_as_if_it_stood_before(text: str, answers: list[str]) -> None:
    expect(text, "ko", *answers)
