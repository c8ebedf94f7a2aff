"""From a story to its figures: quantities, what each measures, when, how surely and who says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from monitor.core.binding import Binder, Bound
from monitor.core.context import Layout
from monitor.core.cues import Hit
from monitor.core.hearsay import hearsay_of
from monitor.core.language import detect_language
from monitor.core.matcher import Matcher
from monitor.core.measures import Measures
from monitor.core.mentions import Mention
from monitor.core.periods import Frame, Wanted, frame_of, period_of, sentence_mentions
from monitor.core.quantities import read_quantities
from monitor.core.slots import Slots
from monitor.core.speakers import speaker_of
from monitor.core.stance import Stance, Told, expected_by_others, looks_ahead, prior_cue, says_reached, stance_of
from monitor.core.subjects import Ownership, mention_of, story_subject
from monitor.core.types.binding import BindingPack, Metric
from monitor.core.types.figures import Figure, Period, PeriodSource, Quantity, Role, Status, Story
from monitor.core.types.packs import Packs

_UNBOUND = Stance(Status.ACTUAL, Role.NEWS, ())
_LEAD = 1500  # characters in which an article says which quarter it reports
_OPENING = 300  # of them, those read also where they hold no figures
_NEIGHBOURS = 60  # figures before one that may tell what it goes with
_SAID = frozenset({PeriodSource.CLAUSE, PeriodSource.SENTENCE, PeriodSource.PARAGRAPH})
_LONG_QUOTE = 600  # a sentence longer than this is quoted around the number


@dataclass(frozen=True, slots=True)
class StoryReading:
    """All figures of a story in the order of the text; the title is read for its subject but yields none."""

    figures: tuple[Figure, ...]
    language: str


@lru_cache(maxsize=8)
def matcher_of(pack: BindingPack) -> Matcher:
    """The compiled form of a pack, kept for the next story."""
    return Matcher(pack)


def read_story(story: Story, packs: Packs) -> StoryReading:
    """Every quantity of the story as a figure; those that nothing tracked explains have metric None and say why."""
    language = story.language or detect_language(f"{story.title}\n{story.text[:3000]}")
    quantities = read_quantities(story.text, language, packs)
    return read_figures(story, language, quantities, packs)


def read_figures(story: Story, language: str, quantities: Sequence[Quantity], packs: Packs) -> StoryReading:
    """The figures of a story whose quantities are known already."""
    base = packs.language(language).code
    if not quantities:
        return StoryReading((), language)
    reader = _Reader(story, base, quantities, matcher_of(packs.binding), packs.version)
    return StoryReading(reader.figures(), language)


class _Reader:
    """Reads one story; holds what its stages share."""

    def __init__(
        self, story: Story, language: str, quantities: Sequence[Quantity], matcher: Matcher, version: str
    ) -> None:
        self._language = language
        self._version = version
        self._published = story.date or date(1970, 1, 1)
        words, names = matcher.words(language), matcher.names
        self._layout = Layout(story.text, quantities, words)
        self._title = Layout(story.title, (), words)
        self._names = names
        self._ownership = Ownership(self._layout, names, story_subject(self._title, self._layout, names))
        self._slots = Slots(self._title, self._layout, names)
        self._measures = Measures(matcher.metrics, self._layout, self._title, self._slots, self._ownership)
        self._times: dict[int, tuple[Mention, ...]] = {}
        self._bounds: tuple[Bound, ...] = ()

    def figures(self) -> tuple[Figure, ...]:
        """One figure a quantity."""
        binder = Binder(self._layout, self._measures, self._ownership, self._names)
        bounds = self._bounds = binder.bind()
        frame = self._frame(bounds)
        done: list[Figure] = []
        for bound in bounds:
            done.append(self._figure(bound, done, frame))
        return tuple(done)

    def _frame(self, bounds: Sequence[Bound]) -> Frame:
        title = [
            m for n in range(len(self._title.sentences)) for m in sentence_mentions(self._title, n, self._published)
        ]
        text: list[Mention] = []
        for number, sentence in enumerate(self._layout.sentences):
            if not any(bound.id for bound in bounds) or sentence.start > _LEAD:
                break
            if sentence.start > _OPENING and not self._layout.within(number):
                continue
            self._times[number] = sentence_mentions(self._layout, number, self._published)
            text += self._times[number]
        return frame_of(title, text, self._published)

    def _figure(self, bound: Bound, done: Sequence[Figure], frame: Frame) -> Figure:
        number = bound.sentence
        if bound.metric is None or bound.id is None:
            return self._made(bound, None, _UNBOUND, None)
        hits = self._layout.hits(number)
        quantity = bound.quantity
        owner = self._ownership.of(quantity, number)
        period = self._period(bound, done, frame)
        if not _allowed(period, bound.metric):
            why = f"not {bound.id}: {period.text if period else 'no period'} is no period that it has"
            return self._made(bound._replace(metric=None, id=None), period, _UNBOUND, None, why)
        times = self._times.get(number) or sentence_mentions(self._layout, number, self._published)
        converted = bound.conversion_of is not None
        told = Told(quantity, bound.metric, period, hits, times, self._layout, self._published, converted)
        if bound.sibling is not None and bound.sibling < len(done):
            pair = done[bound.sibling]
            same = self._layout.sentence_of(pair.quantity.start) == number
            since, old = pair.quantity.end if same else None, pair.role is Role.PRIOR
            told = told._replace(pair=pair.period, pair_old=old, since=since, inherited=bound.inherited)
        elif bound.sibling is not None and bound.sibling > len(done):
            newer = self._period(self._bounds[bound.sibling], done, frame)
            told = told._replace(pair=newer, inherited=bound.inherited)
        outsider = self._outsider(quantity, number)
        hearsay = hearsay_of(quantity, self._names.company(owner.entity), self._layout, self._names)
        aside = self._aside(bound, done) or self._recalled(quantity, outsider)
        stance = stance_of(told._replace(outsider=outsider, hearsay=hearsay, aside=aside))
        said = expected_by_others(quantity, hits, self._layout) or outsider
        if hearsay and not said and stance.role is not Role.PRIOR:
            said = hearsay
        speaker = speaker_of(quantity, self._layout, self._names, owner=owner, status=stance.status, estimate=said)
        return self._made(bound, period, stance, speaker, _when(period))

    def _outsider(self, quantity: Quantity, number: int) -> Hit | None:
        """Somebody outside the company who is named as the one who says it."""
        hits = self._layout.hits(number)
        said = [hit for hit in hits if hit.group.startswith("v.")]
        for hit in hits:
            person = hit.group.startswith("e.") and self._names.kind(mention_of(hit)) == "outsider"
            if person or hit.group == "e_generic.outsider":
                near = any(abs(one.start - hit.start) < 80 for one in said)
                if near and abs(hit.start - quantity.start) < 120:
                    return hit
        return None

    def _recalled(self, quantity: Quantity, outsider: Hit | None) -> str:
        """An outsider's claim deep in a story whose title is about neither him nor a site is told again."""
        titled = [hit for number in range(len(self._title.sentences)) for hit in self._title.hits(number)]
        about = any(
            hit.group in {"e_generic.outsider", "m.datacenter"}
            or (hit.group.startswith("e.") and self._names.kind(mention_of(hit)) in {"outsider", "site"})
            for hit in titled
        )
        if outsider is None or about or quantity.start < _OPENING:
            return ""
        return f"what “{outsider.cue}” said, recalled in a story about something else"

    def _aside(self, bound: Bound, done: Sequence[Figure]) -> str:
        """Why a site's figure is background: it follows one that is, or the story is about another site."""
        if bound.metric is None or bound.metric.slot != "site" or bound.id is None:
            return ""
        site = bound.id.split(".")[2]
        paragraph = self._layout.sentences[bound.sentence].paragraph
        for figure in done[-_NEIGHBOURS:]:
            near = self._layout.sentences[self._layout.sentence_of(figure.quantity.start)].paragraph == paragraph
            same = figure.metric is not None and figure.metric.rsplit(".", 1)[0] == bound.id.rsplit(".", 1)[0]
            if near and same and figure.role is Role.BACKGROUND and not figure.conversion:
                return "it goes with a figure told before"
        main = self._slots.of_title("site") - self._slots.around(site, bound.sentence)
        return f"the story is about {', '.join(sorted(main))}" if main and site not in main else ""

    def _period(self, bound: Bound, done: Sequence[Figure], frame: Frame) -> Period | None:
        """The period of a bound number; a conversion has that of its original."""
        if bound.conversion_of is not None and bound.conversion_of < len(done):
            return done[bound.conversion_of].period
        metric = bound.metric
        if metric is None or not metric.periods - {"none"}:
            return None
        if bound.sibling is not None and bound.sibling > len(done):  # an old value before the new one
            newer = self._period(self._bounds[bound.sibling], done, frame)
            wanted = Wanted(bound.quantity, metric, forecast=False, sibling=newer, older=True)
            return period_of(wanted, self._layout, bound.sentence, frame, self._times) if newer else None
        quantity, hits = bound.quantity, self._layout.hits(bound.sentence)
        forecast = looks_ahead(quantity, hits, self._layout)
        reached = not forecast and says_reached(quantity, hits, self._layout)
        wanted = Wanted(quantity, metric, forecast, None, quantity.start, reached)
        if bound.sibling is not None and bound.sibling < len(done):
            pair = done[bound.sibling]
            same = self._layout.sentence_of(pair.quantity.start) == bound.sentence
            older = prior_cue(quantity, hits, self._layout) or expected_by_others(quantity, hits, self._layout)
            since = pair.quantity.end if same else 0
            apart = self._layout.sentences[self._layout.sentence_of(pair.quantity.start)].paragraph
            if not same and apart != self._layout.sentences[bound.sentence].paragraph:
                own = period_of(wanted, self._layout, bound.sentence, frame, self._times)
                if own is not None and own.source in _SAID:
                    return own
            wanted = wanted._replace(sibling=pair.period, since=since, older=older is not None)
        return period_of(wanted, self._layout, bound.sentence, frame, self._times)

    def _made(self, bound: Bound, period: Period | None, stance: Stance, speaker: str | None, *why: str) -> Figure:
        quantity = bound.quantity
        start, quote = self._quote(quantity, bound.sentence)
        return Figure(
            quantity=quantity,
            metric=bound.id,
            period=period,
            status=stance.status,
            role=stance.role,
            speaker=speaker,
            quote=quote,
            quote_start=start,
            language=self._language,
            reasons=(*quantity.notes, *bound.why, *(word for word in why if word), *stance.why),
            rules=self._version,
            conversion=bound.conversion_of is not None,
        )

    def _quote(self, quantity: Quantity, number: int) -> tuple[int, str]:
        """The sentence as printed; a very long one is cut around the number."""
        sentence = self._layout.sentences[number]
        start, end = sentence.start, max(sentence.end, quantity.end)
        if end - start > _LONG_QUOTE:
            start = max(start, quantity.start - _LONG_QUOTE // 2)
            end = min(end, quantity.end + _LONG_QUOTE // 2)
        return start, self._layout.text[start:end]


def _allowed(period: Period | None, metric: Metric) -> bool:
    """Whether the metric has periods of this kind; several years together are never one year's figure."""
    if period is None:
        return not metric.periods or "none" in metric.periods
    return not (period.kind.value == "span" and "Q" not in period.text)


def _when(period: Period | None) -> str:
    if period is None:
        return ""
    said = f" (“{period.cue}”, {period.source.value})" if period.cue else f" ({period.source.value})"
    return f"period {period.text}{said}"
