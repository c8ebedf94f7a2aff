"""Runs of digits with their marks: which mark is the decimal one, and what the run is worth."""

import re
from collections import Counter
from decimal import Decimal

from monitor.core.composing import ONE
from monitor.core.vocabulary import Vocabulary

LONGEST = 40  # digits and marks of a number that anybody prints
DIGITS = re.compile(r"[0-9]+(?:[.,'٬][0-9]+)*")
_MARKED = re.compile(r"[0-9](?<![0-9][0-9])[0-9]*+(?:[.,'٬][0-9]++)++")  # the same with a mark
_MARK = re.compile(r"[.,]")


def decimal_mark(words: Vocabulary, text: str, low: str) -> str:
    """The decimal mark of this text: the language's own unless every number that shows one way shows the other.

    Numbers with a scale or unit such as 40.58 billion show it; 13.700 does not, and versions and dates have no unit.
    """
    usual = words.pack.decimal
    votes: Counter[str] = Counter()
    for found in _MARKED.finditer(text):
        token = found.group()
        marks = _MARK.findall(token)
        if not marks or len(token) > LONGEST:
            continue
        last = len(token) - max(token.rfind("."), token.rfind(",")) - 1
        if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
            votes[marks[-1]] += 1
        elif len(marks) == 1 and last != 3:
            at = found.end() + (text[found.end() : found.end() + 1] == " ")
            votes[marks[0]] += bool(words.scales.at(text, low, at) or words.units.at(text, low, at))
    other = "," if usual == "." else "."
    return other if votes[other] > 1 and not votes[usual] else usual


def digits_value(token: str, mark: str, group: str) -> tuple[Decimal, Decimal, bool] | None:
    """(value, place of the last digit, whether groups are marked) of digits; None for dates and versions."""
    if token.isdigit():
        return Decimal(token), ONE, False
    plain = token.replace(" ", "").replace("'", "").replace("٬", "")
    grouped = len(plain) < len(token)
    seps = [char for char in plain if char in ".,"]
    if not seps:
        return Decimal(plain), ONE, grouped
    parts = _MARK.split(plain)
    if len(set(seps)) == 2 and len(seps) == seps.index(seps[-1]) + 1:
        whole, fraction = parts[:-1], parts[-1]
        return _decimal(whole, fraction) if _groups(whole) else None
    if len(set(seps)) > 1:
        return None
    sep = seps[0]
    if len(seps) > 1:
        return (Decimal("".join(parts)), ONE, True) if _groups(parts) else None
    if sep != mark and len(parts[1]) == 3 and 1 <= len(parts[0]) <= 3 and parts[0] != "0":
        return Decimal("".join(parts)), ONE, True
    # A mark that the language uses for groups, where no group can be: a decimal mark after all.
    return _decimal(parts[:1], parts[1], grouped=grouped or (group == sep and len(parts[1]) == 3))


def _decimal(whole: list[str], fraction: str, *, grouped: bool = True) -> tuple[Decimal, Decimal, bool]:
    value = Decimal(f"{''.join(whole)}.{fraction}")
    return value, Decimal(1).scaleb(-len(fraction)), grouped and len(whole) > 1


def _groups(parts: list[str]) -> bool:
    """Groups of three, or of two before a last one of three (Indian)."""
    if not 1 <= len(parts[0]) <= 3 or any(not part for part in parts):
        return False
    rest = parts[1:]
    return all(len(part) == 3 for part in rest) or (len(rest[-1]) == 3 and all(len(part) == 2 for part in rest[:-1]))
