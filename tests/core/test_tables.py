"""Word lists that are looked for at a position."""

from monitor.core.tables import Table, letter, word_end


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


def test_a_word_ends_where_its_letters_end_in_any_script() -> None:
    odd = [code for code in range(0x110000) if letter(chr(code), 0) != bool(word_end(chr(code), 0))]
    assert not odd
    assert word_end("12ab é3, x", 0) == 4
    assert not letter("ab", -1)


def test_a_table_knows_with_which_letters_its_entries_begin() -> None:
    assert Table({"million": 1, "m": 2, "Mrd": 3}).beginnings() == {"mi", "m", "mr"}
