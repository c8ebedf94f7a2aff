"""Units that the text leaves out, and hedges that a conversion takes over from the amount it converts."""

import itertools
import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.core.types.figures import Modifier
from monitor.core.types.packs import LanguagePack
from monitor.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from monitor.core.quantities import Draft

CENTS = frozenset({"USD", "EUR", "CAD", "AUD", "NZD", "SGD", "HKD"})  # currencies whose parts are called cents
NEAR = 6  # amounts before and after that may lie in the same sentence
BILLION = Decimal(10) ** 9
AHEAD, BEHIND = 160, 60  # characters before and after the number in which a cue is looked for, within the sentence
# A stop behind a short word may be an abbreviation's, one behind a year is none.
_SENTENCE = re.compile(r"(?:(?<=\w{5})|(?<=\b\d{4}))\.\s|[!?]\s|[。！？!?।;]|\n")
_CONVERSION = re.compile(r"\s*[(,（]?\s*\W*")


def elided_units(drafts: "list[Draft]", words: Vocabulary, low: str) -> None:
    """Gives every amount without unit the one that the text means: "milliards" after a sum in dollars is dollars.

    The nearest word that tells decides (revenue, spend; users, downloads); where none does, a currency in the same
    sentence; else it is a count. What was decided is noted.
    """
    after = next((draft.unit for draft in drafts if is_money(draft.unit)), None)
    for index, draft in enumerate(drafts):
        if draft.unit is not None:
            if is_money(draft.unit) and not (after and draft.unit != after and _in_brackets(draft, low)):
                after = draft.unit
            continue
        if (
            after
            and draft.amount.number.scaled
            and _is_money(draft, drafts[max(0, index - NEAR) : index + NEAR], words, low)
        ):
            draft.unit = after
            draft.notes.append(f"unit {after} taken from the amounts around it")
        else:
            draft.unit = "count"


def _in_brackets(draft: "Draft", low: str) -> bool:
    """27.000 millones de dólares (unos 23.300 millones de euros): the text goes on in the first."""
    return low[max(0, draft.start - 2) : draft.start].strip()[-1:] in {"(", "[", "（"}


def minor_units(drafts: "list[Draft]") -> None:
    """Cents are parts of the currency that the text speaks of (7.14 dollars … 20 cents: 0.20 USD).

    Where it names none, cents and pence stay what they are, under the codes that markets quote them with: USX, GBX.
    """
    whole: list[str] = []
    for draft in drafts:
        unit = draft.amount.unit
        if not draft.amount.sub or draft.unit is None or unit is None:
            whole += [draft.unit] if draft.unit and is_money(draft.unit) and draft.unit not in whole else []
            continue
        factor = unit.factor
        if draft.unit in whole or factor != Decimal("0.01"):
            continue
        dollars = [code for code in whole if code in CENTS]
        if dollars and draft.unit in CENTS:
            draft.unit = dollars[-1]
            continue
        draft.unit = draft.unit[:2] + "X"
        draft.low, draft.low_step, draft.high_step = (
            draft.low / factor,
            draft.low_step / factor,
            draft.high_step / factor,
        )
        draft.high = draft.high / factor if draft.high is not None else None


def _is_money(draft: "Draft", drafts: "list[Draft]", words: Vocabulary, low: str) -> bool:
    start = max(0, draft.start - AHEAD)
    before = _SENTENCE.split(low[start : draft.start])[-1]
    after = _SENTENCE.split(low[draft.end : draft.end + BEHIND])[0]
    money, count = _cues(words.pack)
    near_money, near_count = _last(money, before), _last(count, before)
    if near_money != near_count:
        return near_money > near_count
    behind_money, behind_count = money.search(after), count.search(after)
    if behind_money or behind_count:
        return behind_count is None or (behind_money is not None and behind_money.start() < behind_count.start())
    sentence = (draft.start - len(before), draft.end + len(after))
    if any(is_money(d.unit) and sentence[0] <= d.start < sentence[1] for d in drafts):
        return True
    return _goes_on(draft, drafts, low)


def _goes_on(draft: "Draft", drafts: "list[Draft]", low: str) -> bool:
    """Profit was 16.6 billion dollars. Analysts had hoped for 15.9 billion: billions of nothing go on with the sum."""
    before = (d for d in drafts if d.start < draft.start and d.unit != "percent")
    last = max(before, key=lambda d: d.start, default=None)
    if last is None or not is_money(last.unit) or draft.low < BILLION:
        return False
    return draft.start - last.end <= AHEAD and "\n" not in low[last.end : draft.start]


def _last(cues: re.Pattern[str], text: str) -> int:
    position = -1
    for found in cues.finditer(text):
        position = found.start()
    return position


@lru_cache(maxsize=256)
def _cues(pack: LanguagePack) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _any(pack.money_cues, pack), _any(pack.count_cues, pack)


def _any(words: tuple[str, ...], pack: LanguagePack) -> re.Pattern[str]:
    if not words:
        return re.compile(r"(?!)")
    edge = "" if pack.joined or pack.prefixes else r"\b"
    return re.compile(edge + "(?:" + "|".join(re.escape(word.lower()) for word in words) + ")")


def inherit_hedges(drafts: "list[Draft]", low: str) -> None:
    """up to 135 billion dollars (112 billion euros): the conversion is at most its value, too."""
    for first, second in itertools.pairwise(drafts):
        if not (is_money(first.unit) and is_money(second.unit)) or first.unit == second.unit or not first.cue_ahead:
            continue
        gap = low[first.end : second.start]
        opened = gap.strip()[:1]
        apposed = opened == "," and second.modifier is Modifier.APPROX
        if (
            len(gap) > 4
            or not (opened in {"(", "[", "="} or apposed)
            or second.modifier not in {Modifier.EXACT, Modifier.APPROX}
        ):
            continue
        second.modifier, second.cue_ahead = first.modifier, True
        second.notes.append(f"conversion of {first.unit}: hedged as the amount before it")


def is_money(unit: str | None) -> bool:
    """Whether a unit's name is a currency code."""
    return unit is not None and len(unit) == 3 and unit.isupper()
