"""What a message shows is what the ledger holds, and its quote always contains the number."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.types.ledger import Evidence
from monitor.steps.compose import cut_quote


@given(before=st.text(max_size=900), number=st.text(min_size=1, max_size=40), tail=st.text(max_size=900),
       limit=st.integers(80, 600))  # fmt: skip
def test_a_quote_however_long_is_cut_around_its_number(before: str, number: str, tail: str, limit: int) -> None:
    evidence = Evidence(before + number + tail, 0, len(before), len(before) + len(number), "https://one.example/")
    quote, start, end = cut_quote(evidence, limit)
    assert quote[start:end] == number
    assert len(quote) <= limit


def test_a_short_quote_is_left_alone() -> None:
    evidence = Evidence("Meta will spend $65bn.", 0, 16, 21, "https://one.example/")
    assert cut_quote(evidence) == ("Meta will spend $65bn.", 16, 21)


def test_a_long_quote_keeps_the_words_around_its_number() -> None:
    words = "word " * 300
    evidence = Evidence(f"{words}$65bn {words}", 0, len(words), len(words) + 5, "https://one.example/")
    quote, start, end = cut_quote(evidence)
    assert (quote[0], quote[-1], quote[start:end]) == ("…", "…", "$65bn")
    assert 500 < len(quote) <= 600
