"""Who says it: a person or body named beside a verb of saying, else whose figure it is."""

import re
from collections.abc import Sequence

from monitor.core.context import Layout
from monitor.core.cues import Hit, is_wide
from monitor.core.subjects import Names, Owner, mention_of
from monitor.core.types.figures import Quantity, Status

_NAME = r"[A-ZÀ-ÞА-ЯІЇЄҐ][\w'’.-]+"
_AFTER = re.compile(rf"\s*(?:the\s+)?({_NAME}(?:\s{_NAME}){{0,3}})")


def speaker_of(
    quantity: Quantity, layout: Layout, names: Names, *, owner: Owner, status: Status, estimate: Hit | None
) -> str | None:
    """The speaker as the text prints it, or None when nobody is named."""
    hits = layout.hits(layout.sentence_of(quantity.start))
    if estimate is not None and estimate.group == "v.hearsay":
        return _according(hits, layout)  # a rumour has no speaker but the outlet that tells it
    if estimate is not None:
        return layout.text[estimate.start : estimate.end]
    named = _according(hits, layout)
    if named:
        return named
    said = [hit for hit in hits if hit.group in {"v.said", "s.guidance"}]
    people = [hit for hit in hits if hit.group.startswith("e.") and names.kind(mention_of(hit)) == "person"]
    if people and (said or status is not Status.ACTUAL):
        nearest = min(people, key=lambda hit: abs(hit.start - quantity.start))
        return _name(layout, nearest)
    owners = [
        hit
        for hit in hits
        if hit.group.startswith("e.") and names.company(mention_of(hit)) == names.company(owner.entity)
    ]
    companies = [hit for hit in owners if names.kind(mention_of(hit)) == "company"]
    if companies:
        return _name(layout, companies[0])
    entity = names.by_id.get(names.company(owner.entity))
    return entity.title or None if entity else None


def _according(hits: Sequence[Hit], layout: Layout) -> str | None:
    """ "according to X"."""
    for hit in hits:
        if hit.group != "v.according":
            continue
        found = _AFTER.match(layout.text, hit.end)
        name = next((h for h in hits if h.group.startswith("e.") and 0 <= h.start - hit.end <= 3), None)
        if name and (found is None or is_wide(layout.text[name.end : name.end + 1])):
            return _name(layout, name)  # 据Meta称: nothing parts the name from the verb
        if found:
            return found[1].rstrip(".,")
        before = [h for h in hits if h.group.startswith("e.") and h.end <= hit.start and hit.start - h.end <= 8]
        if before:
            return _name(layout, before[-1])
    return None


def _name(layout: Layout, hit: Hit) -> str:
    """A name as printed, without the English genitive."""
    printed = layout.text[hit.start : hit.end]
    return printed[:-2] if printed.endswith(("'s", "’s")) else printed
