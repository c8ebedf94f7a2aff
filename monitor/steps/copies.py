"""Which stored article a new text copies: exactly, nearly, or none."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.core.dedup import Fingerprint, compare_texts, enough_keys, traces
from monitor.store import articles
from monitor.store.articles import Shelf

_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Print:
    """What a text is recognised by: the hash of its distinct paragraphs, and its fingerprint."""

    text_hash: str
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Group:
    """The text group of an article. `copy_of`: the URL of the article it copies; `same`: with no other number."""

    id: str
    copy_of: str | None = None
    same: bool = False


def print_of(text: str) -> Print:
    """The print of an article's text. Pure; the costly part is done outside any transaction."""
    hashed, found = traces(text)
    return Print(f"{hashed:016x}", found)


def gather(tx: Connection, shelf: Shelf, prints: Iterable[Print]) -> None:
    """Put the stored articles that a batch's texts may copy on the shelf, all with one query."""
    likely = {name for printed in prints for name in _likely(shelf, printed)}
    articles.look_up(tx, shelf, likely)


def _likely(shelf: Shelf, printed: Print) -> list[str]:
    """The articles that share enough with a text to be compared with it, most first."""
    near = shelf.near(printed.fingerprint.keys)[: _CANDIDATES + 1]
    if not near:
        return []
    needed = enough_keys(printed.fingerprint)
    return [name for name, shared in near if shared >= needed]


def text_group(tx: Connection, shelf: Shelf, printed: Print, identity: str) -> Group:
    """The group that a text belongs to: that of the text it copies, else its own (`identity`).

    Ten copies of one agency text are one source for the judge.
    """
    exact = shelf.by_text.get(printed.text_hash)
    if exact is not None and exact.id != identity:
        return Group(exact.text_group, exact.url, same=True)
    likely = [name for name in _likely(shelf, printed) if name != identity][:_CANDIDATES]
    articles.look_up(tx, shelf, likely)
    for name in likely:
        candidate = shelf.like.get(name)
        if candidate is None or candidate.fingerprint is None:
            continue
        copy = compare_texts(printed.fingerprint, candidate.fingerprint)
        if copy.near:
            return Group(candidate.text_group, candidate.url, copy.same)
    return Group(identity)
