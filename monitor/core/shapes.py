"""What a number is: a level, a change, a share, a rate, or part of a name."""

from typing import TYPE_CHECKING

from monitor.core.types.figures import Shape
from monitor.core.types.packs import ShapeCue
from monitor.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from monitor.core.quantities import Draft

NEAR = 28  # characters before a percentage in which a word of change counts, within its clause
_FAR = 64  # the same for a counted number, whose verb stands farther off: "increased the number of servers by 50,000"
_BREAKS = ".,;:!?()\n。、,;:"


def shape_of(draft: "Draft", words: Vocabulary, text: str, low: str) -> Shape:
    """The shape by the cues beside the amount; percentages look a little further for words of change."""
    if draft.noun == "share":
        return Shape.SHARE
    number = draft.amount.number
    if number.tight and draft.unit == "count" and draft.noun is None and _named(draft, text):
        return Shape.NAME
    after = _after(draft, words, text, low)
    if after:
        return after
    before = _before(draft, words, text, low)
    if before:
        return before
    if draft.unit == "percent" and _changing(draft, words, low):
        return Shape.CHANGE
    return Shape.LEVEL


def _named(draft: "Draft", text: str) -> bool:
    """Llama 3.1 405B: letters and digits that name a model right before."""
    before = text[max(0, draft.start - 16) : draft.start].split()
    return bool(before) and (before[-1][:1].isupper() or before[-1].replace(".", "").isdigit())


def _after(draft: "Draft", words: Vocabulary, text: str, low: str) -> Shape | None:
    at = draft.end
    for _ in range(2):
        spaced = words.pack.joined and words.code != "ko"
        if spaced and draft.unit != "percent" and low[at : at + 1] == " ":
            return None  # a space parts clauses where words are written together
        at += low[at : at + 1] == " "
        cue = words.shape_after.at(text, low, at)
        if cue and not _describes(draft, cue.value, low, cue.end):
            return cue.value.shape
        if low[at : at + 1] in {")", '"', "'"} and at < len(low):
            at += 1
    return None


def _before(draft: "Draft", words: Vocabulary, text: str, low: str) -> Shape | None:
    for start in {draft.start, draft.core[0]}:
        at = start
        for _ in range(3):
            while at > 0 and low[at - 1] in ' ("':
                at -= 1
            cue = words.shape_before.before(text, low, at)
            if cue and _moves(draft, cue.value, words) and not _agent(draft, cue.value, words, low):
                return cue.value.shape
            if words.pack.joined:
                break  # 增长到: what grows to a value has that value
            filler = words.fillers.before(text, low, at)
            if filler is None:
                break
            at = filler.start
    return None


def _moves(draft: "Draft", cue: ShapeCue, words: Vocabulary) -> bool:
    """Whether a cue of change fits the unit: "lost 5%" is a change, "lost $4.4 billion" a loss and a level.

    Sums and counts change by a preposition or an "increase of", percentages by any verb.
    """
    if cue.shape is not Shape.CHANGE or draft.unit == "percent" or words.pack.joined:
        return True
    return " " in cue.text or cue.text in words.pack.ranges.separate


def _describes(draft: "Draft", cue: ShapeCue, low: str, end: int) -> bool:
    """A cue of what is counted: "350,000 of Nvidia's chips" is no share, "a billion monthly users" no rate."""
    if cue.shape is Shape.SHARE:
        return draft.unit != "percent"  # one gigawatt of compute is no share
    if draft.unit != "count":
        return False
    return (
        cue.shape is Shape.RATE
        and " " not in cue.text
        and low[end : end + 1] == " "
        and low[end + 1 : end + 2].isalpha()
    )


def _agent(draft: "Draft", cue: ShapeCue, words: Vocabulary, low: str) -> bool:
    """ "used by 700 million people", "chodzi o 1121 megawatów": a short preposition alone makes no change."""
    short = cue.shape is Shape.CHANGE and len(cue.text) <= 2
    return short and draft.unit in {"count", "W", "m2"} and not _changing(draft, words, low, _FAR)


def _changing(draft: "Draft", words: Vocabulary, low: str, near: int = NEAR) -> bool:
    before = low[max(0, draft.start - near) : draft.start]
    after = low[draft.end : draft.end + NEAR // 2]
    for position, char in enumerate(reversed(before)):
        if char in _BREAKS:
            before = before[len(before) - position :]
            break
    for position, char in enumerate(after):
        if char in _BREAKS:
            after = after[:position]
            break
    return words.change_before.search(before) is not None or words.change_after.search(after) is not None
