"""The same story once: canonical addresses, paragraph hashes, near copies by containment, story groups."""

from monitor.core.dedup.copies import NEAR, Copy, compare_texts, enough_keys, retained
from monitor.core.dedup.fingerprint import (
    RULES,
    Fingerprint,
    containment,
    fingerprint,
    numbers,
    packed,
    paragraph_hashes,
    text_hash,
    traces,
    unpacked,
)
from monitor.core.dedup.groups import StoryFacts, facts_of, same_story
from monitor.core.dedup.urls import canonical_url, without_trackers

__all__ = [
    "NEAR",
    "RULES",
    "Copy",
    "Fingerprint",
    "StoryFacts",
    "canonical_url",
    "compare_texts",
    "containment",
    "enough_keys",
    "facts_of",
    "fingerprint",
    "numbers",
    "packed",
    "paragraph_hashes",
    "retained",
    "same_story",
    "text_hash",
    "traces",
    "unpacked",
    "without_trackers",
]
