"""What the owner is told of sources and deliveries: once each, debounced by the source's own habit, and taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.types.feeds import Feed
from monitor.sources.address import keeps_secret, shown
from monitor.steps.habits import habit_in, published_in
from monitor.steps.ports import Polled, PollKind
from monitor.store import facts, feeds, outbox
from monitor.store.deliveries import Delivery
from monitor.store.feeds import FeedState

FAILING_AFTER = 3  # failures in a row
FAILING_FOR = timedelta(hours=6)
SILENT_FOR = timedelta(days=7)
_UNREAD = 5  # items told of one visit; the feed's problems count them all
_UNREAD_AGAIN = timedelta(days=1)
HABITS = 10  # usual gaps without anything new before a source counts as silent


def report_poll(tx: Connection, state: FeedState, feed: Feed, polled: Polled, now: datetime) -> None:
    """Line up what this visit gives to say; in the transaction that stores the visit."""
    if polled.kind is PollKind.GONE:
        _say(tx, state, "gone", f"{feed.name} is gone for good and is no longer polled: {_brief(state, polled)}", now)
    elif polled.kind is PollKind.FAILED:
        _failed(tx, state, feed, _brief(state, polled), now)
    elif polled.kind is PollKind.UNCHANGED and polled.problems and state.first_ok is None:
        if state.told is None:
            _say(tx, state, "blank", f"{feed.name} has not worked yet: {polled.problems[0]}", now, alarm=False)
    else:
        if state.told == "failing":
            _take_back(tx, state, f"{feed.name} answers again after {_span(state.failing_since, now)}", now)
        elif state.told == "silent" and polled.entries:
            _take_back(tx, state, f"{feed.name} has something new again after {_span(state.last_new, now)}", now)
        if state.first_ok is None and polled.entries:
            outbox.add_note(tx, key=f"first:{state.id}", kind="summary", url=_link(state), now=now, about=feed.name,
                            amount=len(polled.entries), text=watching([(feed.name, len(polled.entries))]))  # fmt: skip
        _report_unread(tx, state, feed, polled, now)


def _report_unread(tx: Connection, state: FeedState, feed: Feed, polled: Polled, now: datetime) -> None:
    """Each item that could not be read once, a few of a feed in a day: a broken feed shall not fill the digests."""
    fact = f"unread: {state.id}"
    said = facts.get(tx, fact) if polled.unread else None
    if said and said[1] <= now < said[1] + _UNREAD_AGAIN:
        return
    for words in polled.unread[:_UNREAD]:
        text = f"An item of {feed.name} could not be read, for its feed is broken there: {words or 'it has no words'}"
        if outbox.add_note(tx, key=f"unread:{state.id}:{words}", kind="feed", text=text, url=_link(state), now=now):
            facts.put(tx, fact, words, now)


def watching(sources: Sequence[tuple[str, int]]) -> str:
    """One line on the first polls of sources, each with its number of stories."""
    stories = sum(count for _, count in sources)
    if len(sources) == 1:
        verbs = ("story so far fills", "is") if stories == 1 else ("stories so far fill", "are")
        return f"Now watching {sources[0][0]}: its {stories} {verbs[0]} the ledger and {verbs[1]} not told."
    names = ", ".join(name for name, _ in sources[:5]) + (f" and {len(sources) - 5} more" if len(sources) > 5 else "")
    return f"Now watching {names}: their {stories:,} stories so far fill the ledger and are not told."


def _brief(state: FeedState, polled: Polled) -> str:
    """What went wrong, without the address at its beginning: the note has a link to it."""
    return polled.error.removeprefix(f"{shown(state.address)}: ")


def _failed(tx: Connection, state: FeedState, feed: Feed, error: str, now: datetime) -> None:
    """A source that never worked is reported with the next digest; one that did, once it fails beyond its habit."""
    if state.told in ("failing", "gone"):
        return
    if state.first_ok is None:
        _say(tx, state, "failing", f"{feed.name} has not worked yet: {error}", now, alarm=False)
        return
    since = state.failing_since or now
    if state.failures + 1 >= FAILING_AFTER and now - since >= FAILING_FOR:
        _say(tx, state, "failing", f"{feed.name} has been failing for {_span(since, now)}: {error}", now)


def report_silence(tx: Connection, state: FeedState, now: datetime, at_least: timedelta = SILENT_FOR) -> bool:
    """Say that a source which answers has had nothing new for far longer than is its habit; whether it was said."""
    if state.state != "active" or state.told or state.failures or state.last_new is None:
        return False
    habit = habit_in(state.hint)
    limit = max(at_least, habit.usual * HABITS if habit else at_least)
    newest = max([state.last_new, *published_in(state.hint)])
    if now - newest < limit:
        return False
    _say(tx, state, "silent", f"{state.name} has had nothing new for {_span(newest, now)}", now)
    feeds.mark_told(tx, state.id, "silent")
    return True


def report_dead(
    tx: Connection, delivery: Delivery, names: Sequence[str], error: str, now: datetime, *, alarm: bool
) -> None:
    """Tell these audiences that a digest did not get through a channel, by any channel but that one."""
    text = f"A digest of {delivery.created_at:%d %B %H:%M} UTC could not be delivered through {delivery.channel}: "
    text += f"{error}. See `figurewatch alerts list`; send it again with `figurewatch alerts retry`."
    outbox.add_note(tx, key=f"dead:{delivery.id}", kind="delivery", text=text, now=now, alarm=alarm,
                    skip_channel=delivery.channel, only=names)  # fmt: skip


def report_parked(tx: Connection, state: FeedState, now: datetime) -> None:
    """Say that a feed was put aside because polling it ended the program again and again."""
    if state.state == "parked" and state.told != "parked":
        _say(tx, state, "parked", f"{state.name} was put aside: polling it ended the program five times. "
             "It is tried again tomorrow.", now)  # fmt: skip


def report_configuration(tx: Connection, text: str, now: datetime) -> None:
    """Say to all that what their owner saved is not in force, or is again."""
    outbox.add_note(tx, key=f"configuration:{now.isoformat()}", kind="feed", text=text, now=now, alarm=True)


def _say(tx: Connection, state: FeedState, what: str, text: str, now: datetime, *, alarm: bool = True) -> None:
    outbox.add_note(tx, key=f"{what}:{state.id}:{now.isoformat()}", kind="feed", text=text, url=_link(state),
                    now=now, alarm=alarm)  # fmt: skip
    feeds.mark_told(tx, state.id, what)


def _take_back(tx: Connection, state: FeedState, text: str, now: datetime) -> None:
    outbox.add_note(tx, key=f"again:{state.id}:{now.isoformat()}", kind="feed", text=text, url=_link(state),
                    now=now, alarm=state.first_ok is not None)  # fmt: skip
    feeds.mark_told(tx, state.id, None)


def _link(state: FeedState) -> str | None:
    """The feed's address, unless a key stands in it: digests go further than the configuration."""
    return None if keeps_secret(state.address) else state.address


def _span(since: datetime | None, now: datetime) -> str:
    """A time in its largest unit: "9 days", "6 hours"."""
    seconds = int((now - since).total_seconds()) if since else 0
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "a moment"
