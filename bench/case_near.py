"""Near copies: finding the stored article that a new text copies, beside datasketch's MinHashLSH.

Copies are made in the five ways copies come about: furniture around the text, cut at 60 %, doubled, a fifth of the
sentences dropped, another headline. Both sides start from the text, so that a look-up costs what it costs in use.
"""

import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from datasketch import MinHash, MinHashLSH
from material import Tongue
from measure import OURS, cpu, emit, full_size

from monitor.core.types.ledger import SourceKind
from monitor.steps.copies import Print, gather, print_of, text_group
from monitor.store import articles
from monitor.store.articles import Shelved, StoredArticle
from monitor.store.prints import fingerprint_json
from monitor.store.store import Store

PEER = "datasketch MinHashLSH"
BATCHED = "datasketch MinHashLSH, hashed in batches"
NOW = datetime(2026, 1, 6, tzinfo=UTC)
WORDS = re.compile(r"\w+")
BATCH = 1000
TOGETHER = 16  # texts looked up in one go: what the read step commits at once
TONGUE = Tongue()


def document(number: int) -> list[str]:
    """The sentences of a text of about 150 words."""
    return TONGUE.sentences(number, 900)


def copies(sentences: list[str], number: int) -> dict[str, str]:
    """The text as others print it."""
    chance = random.Random(number)
    other = TONGUE.sentences(10_000_000 + number, 50)[0]
    kept = [one for one in sentences if chance.random() >= 0.2] or sentences[:1]
    text = " ".join(sentences)
    return {
        "furniture": f"Subscribe to our newsletter. {text} Read more of our coverage. {other}",
        "cut to 60 %": text[: len(text) * 6 // 10],
        "doubled": f"{text}\n\n{text}",
        "a fifth dropped": " ".join(kept),
        "new headline": f"{other.rstrip('.')}\n{text}",
    }


class Ours:
    """The store's key table and the product's own decision."""

    who = OURS

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(f"sqlite:///{folder / 'near.db'}")

    def add(self, texts: Iterable[tuple[str, str]]) -> None:
        """Store documents, a thousand a transaction."""
        shelved = [self._shelved(name, print_of(text), text) for name, text in texts]
        with self.store.write() as tx:
            shelf = articles.shelf(tx, [], [], [key for one in shelved for key in one.keys])
            articles.save(tx, shelved, shelf.furniture())

    def hashed(self, text: str) -> Print:
        """What a text is looked up by."""
        return print_of(text)

    def find(self, prints: Sequence[Print]) -> list[set[str]]:
        """The article that each text copies."""
        with self.store.read() as tx:
            keys = [key for one in prints for key in one.fingerprint.keys]
            shelf = articles.shelf(tx, ["new"], [one.text_hash for one in prints], keys)
            gather(tx, shelf, prints)
            return [{text_group(tx, shelf, one, "new").id} - {"new"} for one in prints]

    def _shelved(self, name: str, printed: Print, text: str) -> Shelved:
        stored = StoredArticle(
            id=name, url=f"https://paper.example/{name}", canonical_url=f"https://paper.example/{name}", title=name,
            language="en", published=NOW, origin="page", publisher="paper.example", source=SourceKind.PRESS, feed=None,
            seen_at=NOW, topic=None, background=False, text_hash=printed.text_hash, text_group=name, version=1,
            fingerprint=fingerprint_json(printed.fingerprint),
        )  # fmt: skip
        return Shelved(stored, text, printed.fingerprint.keys, (), True, NOW)


class Theirs:
    """datasketch with 128 permutations on three-word shingles, at the threshold that recalls as much as we do."""

    def __init__(self, who: str, threshold: float) -> None:
        self.who = who
        self.index = MinHashLSH(threshold=threshold, num_perm=128)

    def add(self, texts: Iterable[tuple[str, str]]) -> None:
        """Index documents."""
        with self.index.insertion_session() as session:
            for name, text in texts:
                session.insert(name, self._batch(text))

    def share(self, other: "Theirs") -> "Theirs":
        """The same index, for the other way to hash."""
        self.index = other.index
        return self

    def hashed(self, text: str) -> MinHash:
        """What a text is looked up by: a shingle at a time, as the guide does, or all at once."""
        if self.who == BATCHED:
            return self._batch(text)
        found = MinHash(num_perm=128)
        for shingle in self._shingles(text):
            found.update(shingle)
        return found

    def find(self, hashes: Sequence[MinHash]) -> list[set[str]]:
        """The documents that may be copies of each text."""
        return [set(self.index.query(one)) for one in hashes]

    def _batch(self, text: str) -> MinHash:
        found = MinHash(num_perm=128)
        found.update_batch(self._shingles(text))
        return found

    def _shingles(self, text: str) -> list[bytes]:
        words = WORDS.findall(text.lower())
        return [" ".join(words[at : at + 3]).encode() for at in range(max(1, len(words) - 2))]


@dataclass
class Asked:
    """What came of looking up copies: CPU seconds a text to hash and to find, wall seconds of one alone, recall."""

    hashing: float
    finding: float
    alone: float
    recall: dict[str, float]
    wrong: float  # the share of new texts taken for copies


def ask(side: Any, size: int, asked: int) -> Asked:
    """Look up five copies of each of `asked` documents."""
    made = [(f"d{n}", kind, text) for n in (number * size // asked for number in range(asked))
            for kind, text in copies(document(n), n).items()]  # fmt: skip
    start = cpu()
    hashes = [side.hashed(text) for _, _, text in made]
    middle = cpu()
    found = [one for at in range(0, len(made), TOGETHER) for one in side.find(hashes[at : at + TOGETHER])]
    end = cpu()
    hits = Counter(kind for (name, kind, _), names in zip(made, found, strict=True) if name in names)
    waits = []
    for one in hashes[:100]:
        before = time.perf_counter()
        side.find([one])
        waits.append(time.perf_counter() - before)
    new = side.find([side.hashed(" ".join(document(5_000_000 + number))) for number in range(asked)])
    return Asked((middle - start) / len(made), (end - middle) / len(made), median(waits),
                 {kind: hits[kind] / asked for kind in sorted({kind for _, kind, _ in made})},
                 sum(map(bool, new)) / asked)  # fmt: skip


def tell(who: str, size: int, rounds: list[Asked]) -> None:
    """One line a measurement; the middle of the rounds."""
    hashing, finding = median(one.hashing for one in rounds), median(one.finding for one in rounds)
    emit("near copies: look-ups from the text", who, size, 1 / (hashing + finding), "a second")
    emit("near copies: hashing alone", who, size, hashing * 1000, "ms")
    emit("near copies: look-up alone", who, size, finding * 1000, "ms")
    emit("near copies: one text, waited for", who, size, median(one.alone for one in rounds) * 1000, "ms")
    recall = rounds[0].recall
    emit("near copies: recall", who, size, sum(recall.values()) / len(recall), "recall")
    for kind, share in recall.items():
        emit(f"near copies: recall, {kind}", who, size, share, "recall")
    emit("near copies: new texts taken for copies", who, size, rounds[0].wrong, "share")


def main() -> None:
    """Grow both indexes to 100,000 documents; look up at every size."""
    sizes = (1_000, 10_000, 100_000) if full_size() else (500, 2_000)
    asked = 200 if full_size() else 40
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Ours(Path(folder)), Theirs(PEER, 0.35)
        sides = (ours, theirs, Theirs(BATCHED, 0.35).share(theirs))
        at = 0
        for size in sizes:
            while at < size:
                texts = [(f"d{n}", " ".join(document(n))) for n in range(at, min(size, at + BATCH))]
                ours.add(texts)
                theirs.add(texts)
                at += len(texts)
            rounds = [[ask(side, size, asked) for side in sides] for _ in range(3)]  # the first warms the file's pages
            for number, side in enumerate(sides):
                tell(side.who, size, [one[number] for one in rounds])


if __name__ == "__main__":
    main()
