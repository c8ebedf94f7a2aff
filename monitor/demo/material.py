"""The demo's material: outlets and stories, from the files shipped beside this module or from any stories file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from monitor.core.types.figures import Story
from monitor.core.types.ledger import SourceKind

FORMATS = ("rss", "atom", "json")
_SITES = 64  # stories of a file stand on so many sites, since nothing says who published which


@dataclass(frozen=True, slots=True)
class Outlet:
    """One publisher with one feed. `broken` names how its feed misbehaves: "404" or "html"."""

    id: str
    name: str
    kind: SourceKind
    format: str
    language: str | None
    broken: str | None = None


@dataclass(frozen=True, slots=True)
class DemoStory:
    """One article as its outlet publishes it. Times are UTC; `revised` is what the page says from `revised_at` on.

    `alerts` are the changes that it must bring ("KIND METRIC PERIOD"), `quiet` says why it must bring none.
    """

    id: str
    outlet: str
    at: datetime
    language: str | None
    title: str
    text: str
    revised_at: datetime | None = None
    revised: str | None = None
    publisher: str | None = None  # of the original, where the outlet collects others' texts
    site: str | None = None  # whose web site holds the page, where it is not the outlet's own
    seed: bool = False  # lies in the seeds folder from the start; published by nobody
    alerts: tuple[str, ...] = ()
    quiet: str | None = None

    def text_at(self, now: datetime) -> str:
        """What a reader of the page sees at `now`."""
        if self.revised is not None and self.revised_at is not None and now >= self.revised_at:
            return self.revised
        return self.text


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a demo serves. `start` is the first poll: what is published before it fills the ledger."""

    outlets: tuple[Outlet, ...]
    stories: tuple[DemoStory, ...]
    start: datetime

    @property
    def sites(self) -> tuple[str, ...]:
        """The web sites that are no outlet's own, in order."""
        return tuple(dict.fromkeys(story.site for story in self.stories if story.site is not None))

    @property
    def days(self) -> tuple[datetime, ...]:
        """Midnights of the days on which something is published after the first poll, in order."""
        dates = {story.at.date() for story in self.stories if not story.seed and story.at >= self.start}
        dates |= {s.revised_at.date() for s in self.stories if s.revised_at is not None}
        return tuple(datetime.combine(day, time(), UTC) for day in sorted(dates))

    def published(self, outlet: str, now: datetime) -> tuple[DemoStory, ...]:
        """What the outlet's feed lists at `now`, newest first."""
        listed = [s for s in self.stories if s.outlet == outlet and not s.seed and s.at <= now]
        return tuple(sorted(listed, key=lambda story: (story.at, story.id), reverse=True))


def shipped() -> Material:
    """The stories written for the demo."""
    folder = files("monitor.demo") / "stories"
    yaml = YAML(typ="safe")
    outlets: tuple[Outlet, ...] = ()
    stories: list[DemoStory] = []
    for file in sorted(folder.iterdir(), key=lambda path: path.name):
        if not file.name.endswith(".yaml"):
            continue
        data = yaml.load(file.read_text(encoding="utf-8"))
        outlets += tuple(_outlet(row) for row in data.get("outlets", ()))
        stories += [_story(row) for row in data.get("stories", ())]
    first = min(story.at for story in stories if story.alerts or story.quiet)
    return Material(outlets, tuple(stories), first.replace(hour=0, minute=0))


def from_stories(stories: Sequence[Story]) -> Material:
    """Any stories served the same way: a feed a language, a day a date, in file order within the day.

    Each story stands on a web site of its own (64 sites at most): a stories file does not say who published what.
    """
    languages = sorted({story.language or "und" for story in stories})
    outlets = tuple(
        Outlet(_feed_of(lang), f"Stories ({lang})", SourceKind.PRESS, FORMATS[i % 3], None if lang == "und" else lang)
        for i, lang in enumerate(languages)
    )
    undated = datetime(2025, 1, 1, tzinfo=UTC).date()
    seen: dict[Any, int] = {}
    served = []
    for place, story in enumerate(stories):
        day = story.date or undated
        seen[day] = seen.get(day, -1) + 1
        at = datetime.combine(day, time(6), UTC) + timedelta(seconds=seen[day])
        outlet = _feed_of(story.language or "und")
        site = f"site-{place % _SITES}"
        served.append(DemoStory(story.id, outlet, at, story.language, story.title, story.text, site=site))
    first = min((story.at for story in served), default=datetime(2025, 1, 1, tzinfo=UTC))
    return Material(outlets, tuple(served), (first - timedelta(days=1)).replace(hour=0, minute=0, second=0))


def with_stories(material: Material, stories: Iterable[DemoStory]) -> Material:
    """The same outlets with other stories: what tests use to bend one detail."""
    return replace(material, stories=tuple(stories))


def _feed_of(language: str) -> str:
    return f"stories-{language.lower()}"


def _outlet(row: Mapping[str, Any]) -> Outlet:
    return Outlet(
        row["id"], row["name"], SourceKind(row["kind"]), row["format"], row.get("language"), row.get("broken")
    )


def _story(row: Mapping[str, Any]) -> DemoStory:
    revised = row.get("revised") or {}
    return DemoStory(
        id=row["id"],
        outlet=row.get("outlet", ""),
        at=_utc(row["at"]),
        language=row.get("lang"),
        title=row["title"],
        text=row["text"].strip(),
        revised_at=_utc(revised["at"]) if revised else None,
        revised=revised["text"].strip() if revised else None,
        publisher=row.get("publisher"),
        seed=row.get("seed", False),
        alerts=tuple(row.get("alerts", ())),
        quiet=row.get("quiet"),
    )


def _utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
