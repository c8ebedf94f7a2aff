"""Whether unnamed sources or a rumour stand behind a number, and not the company that it is about."""

from collections.abc import Sequence

from monitor.core.context import Layout
from monitor.core.cues import Hit
from monitor.core.stance import BREAKS, clause
from monitor.core.subjects import Names, mention_of
from monitor.core.types.figures import Quantity

_NEAR = 40  # characters between a verb of saying and who says it
_OF_IT = 3  # characters between two words of one phrase: "people familiar with" and "Meta's plans"


def hearsay_of(quantity: Quantity, company: str, layout: Layout, names: Names) -> Hit | None:
    """The words that give the number to "people familiar with the matter", or call it a rumour or a mere thought.

    None where there are none, and where the company itself speaks in the same sentence: "Meta said it is considering".
    """
    hits = layout.hits(layout.sentence_of(quantity.start))
    found = [hit for name in ("v.sources", "v.hearsay") for hit in hits if hit.group == name]
    governing = next((hit for hit in found if _governs(hit, quantity, hits, layout)), None)
    if governing is None or _speaks(company, hits, found, layout, names):
        return None
    more = [hit for hit in found if hit.start < governing.end < hit.end and hit.group == governing.group]
    return more[-1] if more else governing  # "selon des sources" and "sources proches du dossier": the name itself


def _governs(hit: Hit, quantity: Quantity, hits: Sequence[Hit], layout: Layout) -> bool:
    """Sources, and what opens a sentence, speak for all of it or from an "and" on; "is weighing" for its clause."""
    if hit.group == "v.sources":
        start = min([hit.start, *(h.start for h in hits if h.group.startswith("v.") and 0 <= hit.start - h.end <= 1)])
        return hit.end <= quantity.start or not any(h.group == "r.and" and 0 <= start - h.end <= _OF_IT for h in hits)
    if hit.start <= layout.sentences[layout.sentence_of(quantity.start)].start + _OF_IT:
        return True  # "Reportedly, Meta plans ..."
    left, right = clause(quantity, layout)
    if hit.start >= quantity.end:
        joined = any(h.group == "r.and" and quantity.end <= h.start and h.end <= hit.start for h in hits)
        return hit.end <= right and not joined
    own = any(h.group == "s.guidance" and left <= h.start and h.end <= quantity.start for h in hits)
    return hit.end <= quantity.start and (hit.start >= left or not own)


def _speaks(company: str, hits: Sequence[Hit], found: Sequence[Hit], layout: Layout, names: Names) -> bool:
    """Whether a verb of saying belongs to the company or one of its people: nobody unnamed is nearer to it."""
    speakers = [hit for hit in hits if _is_own(hit, company, names) and not any(_holds(one, hit) for one in found)]
    sources = [hit for hit in found if hit.group == "v.sources"]
    for verb in hits:
        if verb.group not in {"v.said", "v.according"} or _is_view(verb, hits):
            continue
        theirs = [gap for one in sources if (gap := _gap(one, verb, layout)) is not None]
        led = any(one.end <= verb.start and _gap(one, verb, layout) is not None for one in sources)
        able = [one for one in speakers if not led or one.end <= verb.start]  # "people familiar said the company"
        gaps = [gap for one in able if (gap := _gap(one, verb, layout)) is not None]
        if gaps and min(gaps) < min([_NEAR, *theirs]) and all(gap > _OF_IT for gap in theirs):
            return True
    return False


def _is_own(hit: Hit, company: str, names: Names) -> bool:
    if hit.group == "e_generic.company":
        return True
    known = hit.group.startswith("e.") and names.kind(mention_of(hit)) in {"company", "person"}
    return known and names.company(mention_of(hit)) == company


def _holds(unnamed: Hit, name: Hit) -> bool:
    """ "people familiar with Meta's plans": the name tells who they are."""
    return unnamed.start <= name.start <= unnamed.end + _OF_IT and unnamed.group == "v.sources"


def _is_view(verb: Hit, hits: Sequence[Hit]) -> bool:
    """ "expects", "estimates": what somebody is said to think is no word of his own."""
    views = {"s.guidance", "s.estimate", "s.target"}
    return any(hit.group in views and hit.start < verb.end and verb.start < hit.end for hit in hits)


def _gap(one: Hit, other: Hit, layout: Layout) -> int | None:
    """Characters between two words; None where punctuation or a number parts them."""
    first, last = sorted((one, other))
    between = layout.low[first.end : last.start]
    if any(mark in between for mark in BREAKS) or any(first.end <= q.start < last.start for q in layout.quantities):
        return None
    return max(0, last.start - first.end)
