"""Polling commits entries, validators and the next visit together; one bad feed stops no other."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import KilledError, Scene, scene
from samples import NOON, after, audience, entry, feed

from monitor.core.schedule import Hints
from monitor.core.types.feeds import Validators
from monitor.steps.begin import sync, take_over
from monitor.steps.poll import PollReport, poll_due
from monitor.steps.ports import Polled, PollKind
from monitor.steps.round import poll_all_due
from monitor.steps.sweep import sweep
from monitor.store import entries, feeds, outbox
from monitor.store.feeds import FeedState
from monitor.store.schema import feeds as table


def start(one: Scene) -> Scene:
    asyncio.run(sync(one.world))
    return one


def poll(one: Scene) -> PollReport:
    return asyncio.run(poll_due(one.world))


def state(one: Scene, name: str = "one") -> FeedState:
    with one.world.store.read() as tx:
        return feeds.states(tx, [name])[0]


def stored(one: Scene) -> list[tuple[str, bool]]:
    with one.world.store.read() as tx:
        return [(found.entry.key, found.background) for found in entries.recent(tx)][::-1]


def notes(one: Scene, name: str = "desk") -> list[tuple[str, bool]]:
    with one.world.store.read() as tx:
        return [(note.text, note.alarm) for note in outbox.pending_notes(tx, name)]


def fails_for_days(one: Scene) -> None:
    one.feed_gives(entry("a"))
    poll(one)
    one.feed_fails("503: overloaded")
    for _ in range(5):
        one.clock.forward(hours=24)
        poll(one)


def test_a_first_poll_fills_silently_and_says_so_in_one_line() -> None:
    one = start(scene())
    one.feed_gives(entry("a"), entry("b"))
    assert poll(one) == PollReport(polled=1, new_entries=2)
    assert stored(one) == [("a", True), ("b", True)]
    assert notes(one) == [("Now watching Feed one: its 2 stories so far fill the ledger and are not told.", False)]


def test_the_rest_of_a_first_document_that_broke_off_is_no_news_but_what_comes_then_is() -> None:
    one = start(scene())
    for keys, whole in (("a", False), ("ab", False), ("abc", True)):
        one.feed_gives(*map(entry, keys), whole=whole)
        poll(one)
        one.clock.forward(hours=1)
    assert stored(one) == [("a", True), ("b", True), ("c", False)]


def test_what_later_polls_find_is_news() -> None:
    one = start(scene())
    one.feed_gives(entry("a"))
    poll(one)
    one.clock.forward(days=1)
    one.feed_gives(entry("a"), entry("b"))
    assert poll(one).new_entries == 1
    assert stored(one) == [("a", True), ("b", False)]
    assert len(notes(one)) == 1


def test_a_first_poll_without_entries_makes_the_next_ones_news() -> None:
    one = start(scene())
    one.feed_gives()
    poll(one)
    one.clock.forward(days=1)
    one.feed_gives(entry("b"))
    poll(one)
    assert stored(one) == [("b", False)]
    assert notes(one) == []


def test_validators_items_and_a_new_address_are_kept_for_the_next_visit() -> None:
    one = start(scene())
    one.feed_gives(entry("a"), moved_to="https://new.example/feed", validators=Validators("e", "yesterday", "hash"))
    poll(one)
    one.clock.forward(days=1)
    poll(one)
    visit = one.feeds.visits[1]
    assert (visit.url, visit.validators) == ("https://new.example/feed", Validators("e", "yesterday", "hash"))
    assert visit.known == frozenset({"a"})


KEYED = {"url": "https://one.example/feed?key=canary-1", "shown": "https://one.example/feed?key=${KEY}"}


def test_a_feed_with_a_key_is_asked_with_it_and_known_without() -> None:
    one = start(scene(feeds=[feed("one", **KEYED)]))
    one.feed_gives(entry("a"), moved_to="https://one.example/new?key=canary-1")
    poll(one)
    assert state(one).url == KEYED["shown"]
    assert state(one).moved_to is None  # the key stands there, too
    one.clock.forward(days=1)
    poll(one)
    assert [visit.url for visit in one.feeds.visits] == [KEYED["url"]] * 2


def test_an_error_that_repeats_a_secret_is_kept_without_it() -> None:
    one = scene(feeds=[feed("one", **KEYED)])
    one = start(replace(one, world=replace(one.world, config=replace(one.world.config, secrets=("canary-1",)))))
    one.feed_fails("https://one.example/canary-1/feed: there is nothing at this address (404)")
    poll(one)
    assert state(one).error == "https://one.example/***/feed: there is nothing at this address (404)"
    assert "canary" not in str(one.log.lines)
    with one.world.store.read() as tx:
        assert "canary" not in str(outbox.pending_notes(tx, "desk"))


def test_an_unchanged_feed_costs_no_entry_and_no_failure() -> None:
    one = start(scene())
    one.feed_gives(entry("a"))
    poll(one)
    one.clock.forward(days=1)
    one.feeds.answers["one"] = [Polled(PollKind.UNCHANGED, validators=state(one).validators)]
    assert poll(one) == PollReport(polled=1, unchanged=1)
    assert state(one).last_ok == after(days=1)
    assert state(one).items == "a"


@pytest.mark.parametrize(
    ("polled", "at_least"),
    [
        (Polled(PollKind.FRESH, wait=timedelta(hours=5)), timedelta(hours=5)),
        (Polled(PollKind.FRESH, fresh=timedelta(hours=3)), timedelta(hours=3)),
        (Polled(PollKind.FRESH, hints=Hints(every=timedelta(hours=7))), timedelta(hours=7)),
        (Polled(PollKind.FRESH), timedelta(minutes=30)),
    ],
)
def test_the_next_visit_is_when_the_site_wants_it(polled: Polled, at_least: timedelta) -> None:
    one = start(scene())
    one.feeds.answers["one"] = [polled]
    poll(one)
    assert at_least <= state(one).due_at - NOON <= at_least * 1.2


def test_the_site_s_rhythm_is_remembered_through_unchanged_visits() -> None:
    one = start(scene())
    one.feed_gives(entry("a"), hints=Hints(every=timedelta(hours=7)))
    poll(one)
    one.clock.forward(hours=8)
    one.feeds.answers["one"] = [Polled(PollKind.UNCHANGED)]
    poll(one)
    assert state(one).due_at - one.clock.at >= timedelta(hours=7)


def test_the_feed_s_own_habit_is_remembered_through_unchanged_visits() -> None:
    one = start(scene())
    one.feed_gives(*(entry(f"e{day}", published=after(days=-day)) for day in range(5)))
    poll(one)
    one.feeds.answers["one"] = [Polled(PollKind.UNCHANGED), Polled(PollKind.UNCHANGED)]
    for _ in range(2):
        one.clock.forward(hours=14)
        poll(one)
        assert timedelta(hours=12) <= state(one).due_at - one.clock.at <= timedelta(hours=13.2)


def test_failures_are_counted_kept_in_plain_words_and_visited_less() -> None:
    one = start(scene())
    one.feed_fails("404: not found; check the address")
    assert poll(one) == PollReport(polled=1, failed=1)
    first = state(one)
    one.clock.forward(hours=2)
    poll(one)
    assert (state(one).failures, state(one).error) == (2, "404: not found; check the address")
    assert state(one).due_at - one.clock.at > first.due_at - NOON


@pytest.mark.parametrize(
    ("url", "link"), [("https://one.example/feed?page=2", True), ("https://one.example/feed?api_key=hunter2", False)]
)
def test_a_digest_links_to_a_feed_only_where_no_key_stands_in_its_address(url: str, link: bool) -> None:
    one = start(scene(feeds=[feed("one", url=url)]))
    one.feed_fails()
    poll(one)
    with one.world.store.read() as tx:
        assert [note.url for note in outbox.pending_notes(tx, "desk")] == [url if link else None]


def test_a_feed_that_never_worked_is_reported_once() -> None:
    one = start(scene())
    one.feed_fails()
    for _ in range(4):
        poll(one)
        one.clock.forward(days=1)
    assert notes(one) == [("Feed one has not worked yet: 404: not found", False)]


def test_a_feed_that_fails_beyond_its_habit_raises_one_alarm() -> None:
    one = start(scene())
    fails_for_days(one)
    assert notes(one)[1:] == [("Feed one has been failing for 2 days: 503: overloaded", True)]


def test_a_short_failure_is_not_reported() -> None:
    one = start(scene())
    one.feed_gives(entry("a"))
    poll(one)
    one.feed_fails()
    one.clock.forward(hours=2)
    poll(one)
    one.clock.forward(hours=2)
    one.feed_gives(entry("a"))
    poll(one)
    assert len(notes(one)) == 1


def test_a_recovery_is_told_when_the_failure_was() -> None:
    one = start(scene())
    fails_for_days(one)
    one.clock.forward(days=2)
    one.feed_gives(entry("b"))
    poll(one)
    assert notes(one)[2:] == [("Feed one answers again after 6 days", True)]
    assert (state(one).told, state(one).failures, state(one).error) == (None, 0, None)


def test_a_feed_that_is_gone_is_never_polled_again_and_its_owner_told() -> None:
    one = start(scene())
    one.feeds.answers["one"] = [Polled(PollKind.GONE, error="410: gone")]
    poll(one)
    one.clock.forward(days=9)
    assert poll(one) == PollReport()
    assert state(one).state == "gone"
    assert notes(one) == [("Feed one is gone for good and is no longer polled: 410: gone", True)]


@pytest.mark.parametrize(("silent_after", "silent"), [(12, 1), (14, 0)])
def test_how_long_a_silence_must_be_is_the_users_to_say_but_never_shorter_than_ten_times_the_habit(
    silent_after: int, silent: int
) -> None:
    one = start(scene())
    one.feed_gives(*(entry(f"e{day}", published=after(days=-day)) for day in range(5)))
    poll(one)
    one.feeds.answers["one"] = [Polled(PollKind.UNCHANGED)]
    one.clock.forward(days=9)
    assert asyncio.run(sweep(one.world, silent_after=timedelta(days=1))).silent == 0
    one.clock.forward(days=4)
    assert asyncio.run(sweep(one.world, silent_after=timedelta(days=silent_after))).silent == silent


def test_a_source_silent_for_far_longer_than_its_habit_is_reported_and_taken_back() -> None:
    one = start(scene())
    one.feed_gives(*(entry(f"e{day}", published=after(days=-day)) for day in range(5)))
    poll(one)
    one.feeds.answers["one"] = [Polled(PollKind.UNCHANGED)]
    one.clock.forward(days=9)
    poll(one)
    assert asyncio.run(sweep(one.world)).silent == 0
    one.clock.forward(days=2)
    poll(one)
    assert asyncio.run(sweep(one.world)).silent == 1
    assert asyncio.run(sweep(one.world)).silent == 0
    one.feed_gives(entry("new", published=after(days=12)))
    one.clock.forward(days=1)
    poll(one)
    assert [text for text, _ in notes(one)[1:]] == [
        "Feed one has had nothing new for 11 days", "Feed one has something new again after 12 days",
    ]  # fmt: skip


def test_an_unforeseen_fault_in_one_feed_stops_no_other() -> None:
    one = start(scene(feeds=[feed("one"), feed("two")]))
    one.feeds.answers["one"] = [RuntimeError("a bug")]
    one.feed_gives(entry("a"), feed="two")
    assert poll(one) == PollReport(polled=2, failed=1, new_entries=1)
    assert "unforeseen fault" in str(state(one).error)
    assert "a bug" not in str(state(one).error)


def test_all_due_feeds_are_polled_few_at_a_time_with_progress() -> None:
    one = start(scene(feeds=[feed(f"f{number}") for number in range(7)]))
    assert asyncio.run(poll_all_due(one.world, 3)).polled == 7
    assert [(step.done, step.total) for step in one.progress] == [(3, 3), (6, 6), (7, 7)]
    assert {step.step for step in one.progress} == {"poll"}


def test_a_kill_before_the_commit_loses_nothing_and_stores_nothing_twice() -> None:
    one = start(scene())
    one.feed_gives(entry("a"))
    for point in ("poll.after-claim", "poll.before-commit"):
        with pytest.raises(KilledError):
            poll(one.dies_at(point))
        assert stored(one) == []
        asyncio.run(take_over(one.world))
    poll(one)
    assert stored(one) == [("a", True)]


def test_a_kill_after_the_commit_changes_nothing() -> None:
    one = start(scene())
    one.feed_gives(entry("a"))
    with pytest.raises(KilledError):
        poll(one.dies_at("poll.after-commit"))
    asyncio.run(take_over(one.world))
    assert poll(one) == PollReport()
    assert stored(one) == [("a", True)]


def test_a_disabled_feed_is_not_polled() -> None:
    one = start(scene(feeds=[feed(enabled=False)], audiences=[audience()]))
    assert poll(one) == PollReport()


def test_nothing_new_from_a_feed_never_fetched_is_told_its_owner_once_and_kept_with_the_feed() -> None:
    one = start(scene())
    one.feeds.answers["one"] = [Polled(PollKind.UNCHANGED, problems=("it shows nothing; open it in a browser",))]
    for _ in range(3):
        poll(one)
        one.clock.forward(days=1)
    assert notes(one) == [("Feed one has not worked yet: it shows nothing; open it in a browser", False)]
    assert state(one).problems == ("it shows nothing; open it in a browser",)
    assert len([event for event, _ in one.log.lines if event == "feed is not as it should be"]) == 1
    one.feed_gives(entry("a"))
    poll(one)
    assert (state(one).problems, state(one).told) == ((), None)


def test_what_an_earlier_version_remembered_otherwise_is_learnt_anew() -> None:
    one = start(scene())
    one.feed_gives(entry("a", published=after(days=-1)))
    poll(one)
    old = {**state(one).hint, "published": [after(days=-1).isoformat()]}
    with one.world.store.write() as tx:
        tx.execute(table.update().values(hint=old))
    one.clock.forward(hours=1)
    one.feed_gives(entry("b", published=NOON))
    assert poll(one).new_entries == 1
    assert state(one).hint["published"] == NOON.isoformat()


def test_an_item_that_could_not_be_read_is_told_once_with_the_next_digest() -> None:
    one = start(scene())
    one.feed_gives(entry("a"), unread=("Meta raises its", ""))
    poll(one)
    one.clock.forward(hours=1)
    one.feed_gives(entry("b"), unread=("Meta raises its",))
    poll(one)
    assert [note for note in notes(one) if "Now watching" not in note[0]] == [
        ("An item of Feed one could not be read, for its feed is broken there: Meta raises its", False),
        ("An item of Feed one could not be read, for its feed is broken there: it has no words", False),
    ]


def test_a_feed_that_is_broken_again_and_again_fills_no_digest() -> None:
    one = start(scene())
    for hour in range(30):
        one.feed_gives(entry(f"e{hour}"), unread=tuple(f"item {hour}.{n}" for n in range(9)))
        poll(one)
        one.clock.forward(hours=1)
    said = [note[0].rpartition(": ")[2] for note in notes(one) if "could not be read" in note[0]]
    assert len(said) == 10
    assert {words.partition(".")[0] for words in said} == {"item 0", "item 24"}


def test_what_is_odd_in_a_document_is_kept_with_its_feed_until_it_is_put_right() -> None:
    one = start(scene())
    one.feed_gives(entry("a"), problems=("3 of 25 new entries have a link that cannot be opened",))
    poll(one)
    assert state(one).problems == ("3 of 25 new entries have a link that cannot be opened",)
    one.clock.forward(days=1)
    one.feeds.answers["one"] = [Polled(PollKind.UNCHANGED)]
    poll(one)
    assert len(state(one).problems) == 1
    one.clock.forward(days=1)
    one.feed_gives(entry("b"))
    poll(one)
    assert state(one).problems == ()
