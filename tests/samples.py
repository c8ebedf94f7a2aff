"""Small valid values for tests to vary."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from monitor.core.dedup import fingerprint
from monitor.core.judge import reading_id
from monitor.core.types.audiences import Audience, Channel, ChannelKind
from monitor.core.types.feeds import Article, Entry, Feed
from monitor.core.types.figures import Modifier, Role, Status
from monitor.core.types.ledger import Change, ChangeKind, Claim, Evidence, Reading, SeriesKey, SourceKind
from monitor.store.articles import Shelved, StoredArticle
from monitor.store.prints import fingerprint_json

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
CAPEX = SeriesKey("meta.capex", "2025", "USD")


def after(**span: float) -> datetime:
    """Noon and a bit."""
    return NOON + timedelta(**span)


def feed(key: str = "one", **changed: object) -> Feed:
    values: dict[str, object] = {"id": key, "url": f"https://{key}.example/feed", "name": f"Feed {key}"}
    return Feed(**(values | changed))


def entry(key: str = "a", **changed: object) -> Entry:
    values: dict[str, object] = {
        "key": key, "guid": key, "url": f"https://one.example/{key}", "title": f"Title {key}", "summary": "",
        "content": "", "published": NOON, "language": "en",
    }  # fmt: skip
    return Entry(**(values | changed))


def article(name: str = "a", text: str = "Meta will spend $65bn in 2025.", **changed: object) -> Article:
    url = f"https://one.example/{name}"
    values: dict[str, object] = {
        "url": url, "canonical_url": url, "title": f"Title {name}", "text": text, "language": "en",
        "published": NOON, "origin": "page", "publisher": "one.example",
    }  # fmt: skip
    return Article(**(values | changed))


def claim(low: str | None, high: str | None = "same", modifier: Modifier | None = None) -> Claim:
    """claim("65e9"), claim("64e9", "72e9"), claim("340000", None)."""
    top = low if high == "same" else high
    kind = modifier or (Modifier.EXACT if low == top else Modifier.RANGE)
    bounds = [None if one is None else Decimal(one) for one in (low, top)]
    return Claim(bounds[0], bounds[1], Decimal("1e9"), Decimal("1e9"), kind)


def reading(said: Claim | None = None, **changed: object) -> Reading:
    said = said or claim("65e9")
    article_id = str(changed.get("article", "art"))
    series = changed.get("series", CAPEX)
    assert isinstance(series, SeriesKey)
    values: dict[str, object] = {
        "id": reading_id(article_id, series, said, Role.NEWS), "series": series, "claim": said,
        "status": Status.GUIDANCE, "role": Role.NEWS, "speaker": "Susan Li", "at": NOON, "seen_at": NOON,
        "source": SourceKind.PRESS, "publisher": "one.example", "article": article_id, "text_group": article_id,
        "language": "en",
        "evidence": (Evidence("Meta will spend $65bn in 2025.", 0, 16, 21, "https://one.example/a"),),
    }  # fmt: skip
    return Reading(**(values | changed))


def change(name: str = "c1", of: Reading | None = None, **changed: object) -> Change:
    of = of or reading()
    values: dict[str, object] = {
        "id": name, "series": of.series, "kind": ChangeKind.NEW, "direction": None, "old": None, "new": of.claim,
        "old_status": None, "status": of.status, "reading": of.id, "at": of.at, "reason": "first sighting",
    }  # fmt: skip
    return Change(**(values | changed))


def channel(name: str = "desk.email", *recipients: str, kind: ChannelKind = ChannelKind.EMAIL) -> Channel:
    return Channel(name, kind, recipients or ("desk@example.com",))


def audience(name: str = "desk", *channels: Channel, **changed: object) -> Audience:
    return Audience(name, channels or (channel(f"{name}.email"),), **changed)


def shelved(name: str = "art", text: str = "Meta will spend $65bn in 2025.", **changed: object) -> Shelved:
    """An article as the store takes it; its text hash is the text's beginning, its group its name."""
    found = article(name, text)
    printed = fingerprint(text)
    values: dict[str, object] = {
        "id": name, "url": found.url, "canonical_url": found.canonical_url, "title": found.title,
        "language": found.language, "published": found.published, "origin": found.origin,
        "publisher": found.publisher, "source": SourceKind.PRESS, "feed": None, "seen_at": NOON, "topic": "ai",
        "background": False, "text_hash": text[:20], "text_group": name, "version": 1,
        "fingerprint": fingerprint_json(printed),
    }  # fmt: skip
    stored = StoredArticle(**(values | changed))
    return Shelved(stored, text, printed.keys, (), stored.version == 1, NOON)
