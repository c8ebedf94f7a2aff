"""Word lists that are looked for at a position."""

from monitor.core.tables import Table


def found(table: Table[int], text: str) -> str | None:
    hit = table.at(text, text.lower(), 0)
    return text[: hit.end] if hit else None


def test_a_table_of_nothing_is_empty() -> None:
    assert not Table({"": 1})
    assert not Table({})


def test_an_ending_may_follow_but_a_digit_may_not() -> None:
    table = Table({"million": 1}, inflect=3)
    assert found(table, "millionen ") == "millionen"
    assert found(table, "millionx5") is None
    assert found(table, "millionaires") is None


def test_short_words_with_capitals_keep_their_case() -> None:
    table = Table({"MW": 1})
    assert found(table, "MW ") == "MW"
    assert found(table, "mw ") is None
