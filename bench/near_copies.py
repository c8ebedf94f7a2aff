"""Near copies: how many are found, how fast, and how the look-up grows. python bench/near_copies.py [DOCUMENTS]

One JSON line a result. The texts are made by tests/core/text_maker.py; the index is the store's own, on SQLite.
"""

import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "core")]

from text_maker import LANGUAGES, copies, sentence, text  # noqa: E402  found on the path just given, as all below

from monitor.core.dedup import Fingerprint, compare_texts, containment, fingerprint  # noqa: E402  the same
from monitor.store import articles  # noqa: E402  the same
from monitor.store.schema import near_keys  # noqa: E402  the same
from monitor.store.store import Store  # noqa: E402  the same
from monitor.store.upsert import insert_new  # noqa: E402  the same

LOOKUPS = 300


def say(**values: object) -> None:
    """One result."""
    print(json.dumps(values), flush=True)


def recognised() -> None:
    """Five kinds of copy of 200 texts in ten languages, and all unrelated pairs."""
    random = Random(20240118)
    library = [(language, text(random, language)) for language in LANGUAGES * 20]
    begin = time.process_time()
    prints = [fingerprint(body) for _, body in library]
    spent = time.process_time() - begin
    say(name="fingerprints", characters_per_second=round(sum(len(body) for _, body in library) / spent))
    found: Counter[str] = Counter()
    changed = 0
    for number, (language, body) in enumerate(library):
        for kind, copy in copies(random, body, language).items():
            found[kind] += compare_texts(fingerprint(copy), prints[number]).near
        digits = sorted(prints[number].numbers)
        other = body.replace(digits[0], "70001") if digits else f"{body} 70001"
        changed += compare_texts(fingerprint(other), prints[number]).same
    for kind, count in sorted(found.items()):
        say(name=f"copies found: {kind}", share=count / len(library))
    pairs = [(a, b) for a in range(len(prints)) for b in range(a)]
    wrong = sum(compare_texts(prints[a], prints[b]).near for a, b in pairs)
    most = max(containment(prints[a], prints[b]) for a, b in pairs)
    say(name="unrelated pairs taken for copies", wrong=wrong, pairs=len(pairs), highest_containment=round(most, 3))
    say(name="copies with a changed number passed over", wrong=changed, texts=len(library))


def growth(documents: int) -> None:
    """The look-up beside more and more stored articles, each with the furniture that many pages share."""
    random = Random(1)
    furniture = [sentence(random, "en") for _ in range(40)]
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/bench.db")
        stored = 0
        for size in (documents // 100, documents // 10, documents):
            last = _fill(store, random, furniture, stored, size)
            stored = size
            took, right = _look_up(store, last)
            say(name="look-up", documents=size, median_ms=round(took * 1000, 2), found=right / len(last))
        store.close()


def _fill(store: Store, random: Random, furniture: list[str], begin: int, end: int) -> list[tuple[str, Fingerprint]]:
    """Store the keys of so many articles; the last ones come back with copies to look up."""
    last = []
    for start in range(begin, end, 1000):
        rows = []
        for number in range(start, min(start + 1000, end)):
            body = [sentence(random, "en") for _ in range(12)] + random.sample(furniture, 2)
            rows += [{"key": key, "article": f"a{number}"} for key in fingerprint("\n".join(body)).keys]
            if number >= end - LOOKUPS:
                last.append((f"a{number}", fingerprint("\n".join(body[2:11]))))
        with store.write() as tx:
            shared = articles.shelf(tx, [], [], {row["key"] for row in rows}).by_key
            insert_new(tx, near_keys, [row for row in rows if len(shared.get(row["key"], ())) <= articles.COMMON])
    return last


def _look_up(store: Store, wanted: list[tuple[str, Fingerprint]]) -> tuple[float, int]:
    took, right = [], 0
    with store.read() as tx:
        for name, one in wanted:
            begin = time.perf_counter()
            near = articles.shelf(tx, [], [], one.keys).near(one.keys)
            took.append(time.perf_counter() - begin)
            right += bool(near) and near[0][0] == name
    return statistics.median(took), right


if __name__ == "__main__":
    recognised()
    growth(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
