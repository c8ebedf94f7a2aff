"""What a demo came to, story by story, taken from the ledger: told, held back, or quiet and why."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection

from monitor.core.dedup import canonical_url
from monitor.core.types.figures import Figure
from monitor.core.types.ledger import Change, Reading
from monitor.demo.material import DemoStory, Material, Outlet
from monitor.demo.servers import Town
from monitor.store import articles, entries, feeds, ledger
from monitor.store.ledger import Verdict

_OTHERS = 2  # reasons of unbound figures shown for a story that has nothing else to say


@dataclass(frozen=True, slots=True)
class StoryResult:
    """What became of one story: what the read step said of it, its readings with their verdicts, what was told."""

    story: DemoStory
    outlet: Outlet
    outcome: str
    reason: str
    verdicts: tuple[Verdict, ...]
    alerts: tuple[tuple[Change, Reading], ...]
    unbound: tuple[Figure, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """The alerts as "KIND METRIC PERIOD"."""
        return tuple(f"{c.kind} {c.series.metric} {c.series.period}".rstrip() for c, _ in self.alerts)

    @property
    def held(self) -> tuple[Verdict, ...]:
        """The readings that were held back as conflicts."""
        return tuple(one for one in self.verdicts if one.conflict is not None)

    @property
    def why_quiet(self) -> tuple[str, ...]:
        """Why nothing was told, in words."""
        if self.outcome in {"", "irrelevant", "unreadable", "known", "waiting"} or not (self.verdicts or self.unbound):
            return (self.reason or self.outcome,)
        reasons = [one.reason for one in self.verdicts if one.change is None]
        if not reasons:
            reasons = [figure.reasons[-1] for figure in self.unbound if figure.reasons][:_OTHERS]
            reasons = [f"no tracked figure: {'; '.join(dict.fromkeys(reasons))}" if reasons else "no tracked figure"]
        if self.outcome == "copy":
            reasons.insert(0, self.reason)
        return tuple(dict.fromkeys(reasons))


@dataclass(frozen=True, slots=True)
class Result:
    """A demo's outcome. `failed` names the feeds that did not work, with the words the owner is told."""

    stories: tuple[StoryResult, ...]
    failed: tuple[tuple[str, str], ...]
    requests: int

    @property
    def deviations(self) -> tuple[str, ...]:
        """Where the outcome is not what the material says it must be; only for stories that say so."""
        wrong = []
        for one in self.stories:
            if one.story.alerts or one.story.quiet:
                missing = sorted(set(one.story.alerts) - set(one.told))
                extra = sorted(set(one.told) - set(one.story.alerts))
                wrong += [f"{one.story.id}: not told: {what}" for what in missing]
                wrong += [f"{one.story.id}: told and should not be: {what}" for what in extra]
        return tuple(wrong)


def result_of(tx: Connection, town: Town) -> Result:
    """Look up what became of every story of the town's material."""
    material: Material = town.material
    stories = sorted((s for s in material.stories if not s.seed), key=lambda story: (story.at, story.id))
    failed = tuple(
        (state.name, _without_address(state.error)) for state in feeds.states(tx) if state.failures and state.error
    )
    return Result(tuple(_story(tx, town, story) for story in stories), failed, len(town.requests))


def _story(tx: Connection, town: Town, story: DemoStory) -> StoryResult:
    url, outlet = town.url(story), town.outlet_of(story)
    identity = articles.article_id(canonical_url(url))
    found = entries.by_url(tx, url) or entries.by_url(tx, f"{url}?utm_source=rss") or entries.by_article(tx, identity)
    outcome = (found[0].outcome or found[0].state) if found else "waiting"
    reason = (found[0].reason or "") if found else "its feed was not polled after it appeared"
    verdicts = tuple(ledger.verdicts(tx, article=identity))
    changes = ledger.changes_of(tx, {one.change for one in verdicts if one.change is not None})
    readings = ledger.readings_of(tx, {change.reading for change in changes.values()})
    order = {one.change: place for place, one in enumerate(verdicts)}
    alerts = tuple((c, readings[c.reading]) for c in sorted(changes.values(), key=lambda change: order[change.id]))
    unbound = tuple(figure for figure in articles.figures_of(tx, identity) if figure.metric is None)
    return StoryResult(story, outlet, outcome, reason, verdicts, alerts, unbound)


def _without_address(error: str) -> str:
    first, colon, rest = error.partition(": ")
    return rest if colon and urlsplit(first).scheme in ("http", "https") else error
