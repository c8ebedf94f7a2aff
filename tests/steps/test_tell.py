"""A change is told once to each audience that wants it, at its time, and its message survives every kill."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

import pytest
from fakes import FakeChannel, FakeSettings, KilledError, Scene, scene
from samples import article, audience, channel, entry, feed

from alerts.outcome import dead, retry, sent, unknown
from monitor.core.types.audiences import AlertRule, Audience, Schedule
from monitor.steps.begin import sync, take_over
from monitor.steps.deliver import DeliverReport, deliver_due
from monitor.steps.digest import DigestReport, digest_due, preview
from monitor.steps.overdue import overdue
from monitor.steps.read import read_due
from monitor.steps.round import RoundReport, run_round
from monitor.store import deliveries, entries, ledger, outbox, upkeep
from monitor.store.deliveries import Delivery


def start(*audiences: Audience) -> Scene:
    one = scene(audiences=audiences or (audience(),))
    asyncio.run(sync(one.world))
    return one


def news(one: Scene, low: str, high: str | None = None, metric: str = "meta.capex", query: str = "") -> None:
    """A story with that value is read."""
    with one.world.store.read() as tx:
        number = len(entries.recent(tx)) + 1
    span = f"{low}..{high}" if high else low
    item = entry(f"n{number}", url=f"https://p{number}.example/n{query}", published=one.clock.at)
    text = f"{metric} 2025 USD {span} guidance news"
    one.articles.pages[str(item.url)] = article("n", text, url=item.url, canonical_url=item.url,
                                                publisher=f"p{number}.example", published=one.clock.at)  # fmt: skip
    with one.world.store.write() as tx:
        entries.add(tx, "one", [item], one.clock.at, background=False)
    asyncio.run(read_due(one.world))
    one.clock.forward(minutes=1)


def digest(one: Scene, **options: bool) -> DigestReport:
    return asyncio.run(digest_due(one.world, **options))


def deliver(one: Scene) -> DeliverReport:
    return asyncio.run(deliver_due(one.world))


def open_deliveries(one: Scene) -> list[Delivery]:
    with one.world.store.read() as tx:
        return deliveries.undelivered(tx)


def told(found: FakeChannel) -> list[list[tuple[str | None, str | None]]]:
    return [[(item.old, item.new) for item in message.items] for message, _, _ in found.got]


def test_a_change_travels_from_a_story_to_the_recipient_once() -> None:
    one = start()
    news(one, "60e9", "65e9")
    assert digest(one) == DigestReport(digests=1, told=1)
    assert deliver(one) == DeliverReport(sent=1)
    news(one, "64e9", "72e9")
    digest(one)
    deliver(one)
    assert digest(one) == DigestReport()
    assert deliver(one) == DeliverReport()
    assert told(one.channel()) == [[(None, "$60-65bn")], [("$60-65bn", "$64-72bn")]]


def test_no_change_no_message() -> None:
    one = start()
    one.feed_gives(entry("a", content="irrelevant"))
    assert asyncio.run(run_round(one.world)).digests == DigestReport()
    assert one.channel().got == []


def test_the_summary_of_a_first_poll_rides_with_the_next_change() -> None:
    one = start()
    one.feed_gives(entry("a", content="irrelevant"))
    asyncio.run(run_round(one.world))
    news(one, "60e9")
    asyncio.run(run_round(one.world))
    message = one.channel().got[0][0]
    assert [note.kind for note in message.notes] == ["summary"]


def test_what_repeats_the_old_value_is_no_second_source_of_the_new_one() -> None:
    one = start()
    news(one, "60e9", "65e9")
    news(one, "64e9", "72e9")
    news(one, "65e9")
    digest(one)
    deliver(one)
    found = {item.new: item.other_outlets for item in one.channel().got[0][0].items}
    assert found == {"$60-65bn": 1, "$64-72bn": 0}


def test_a_message_says_everything_about_its_change() -> None:
    one = start()
    news(one, "60e9", "65e9")
    news(one, "64e9", "72e9")
    news(one, "64e9", "72e9")
    digest(one)
    deliver(one)
    message = one.channel().got[0][0]
    item = message.items[1]
    assert (item.title, item.short, item.period, item.kind) == ("Title of meta.capex", "meta.capex", "2025", "changed")
    assert (item.old, item.new, item.difference) == ("$60-65bn", "$64-72bn", "+$4bn to +$7bn")
    assert item.percent == "+8.8 %"
    assert (item.speaker, item.status, item.source) == ("Susan Li", "guidance", "Feed one")
    assert item.quote[slice(*item.number)] == "64e9..72e9"
    assert (item.other_outlets, item.languages) == (1, ("en",))
    assert [point.label for point in item.points] == ["$60-65bn", "$64-72bn"]
    assert item.explain == f"figurewatch explain {item.change_id}"
    assert item.url == "https://p2.example/n"


def test_a_digest_waits_for_its_hour() -> None:
    one = start(audience(schedule=Schedule(at=(time(18),))))
    news(one, "60e9")
    assert digest(one) == DigestReport()
    one.clock.forward(hours=6)
    assert digest(one).told == 1


def test_quiet_hours_hold_and_never_drop() -> None:
    one = start(audience(schedule=Schedule(quiet=(time(11), time(14)))))
    news(one, "60e9")
    assert digest(one) == DigestReport()
    one.clock.forward(hours=2)
    assert digest(one).told == 1


def test_a_digest_can_be_made_at_once_whatever_the_schedule() -> None:
    one = start(audience(schedule=Schedule(every=timedelta(days=1), at=(time(3),))))
    news(one, "60e9")
    assert digest(one, at_once=True).told == 1


def test_each_audience_has_its_own_digest() -> None:
    one = start(audience("desk"), audience("night", schedule=Schedule(at=(time(23),))))
    news(one, "60e9")
    assert digest(one).digests == 1
    news(one, "70e9")
    one.clock.forward(hours=12)
    assert digest(one).digests == 2
    deliver(one)
    assert [len(found) for found in told(one.channel("desk"))] == [1, 1]
    assert [len(found) for found in told(one.channel("night"))] == [2]


def test_one_audience_can_be_asked_for_alone() -> None:
    one = start(audience("desk"), audience("night"))
    news(one, "60e9")
    assert asyncio.run(digest_due(one.world, only="night")).digests == 1


def test_small_steps_are_left_out_until_together_they_are_large() -> None:
    one = start(audience(rules=(AlertRule(min_percent=Decimal(5)),)))
    for value in ("100e9", "103e9", "106e9"):
        news(one, value)
        digest(one)
    deliver(one)
    assert told(one.channel()) == [[(None, "$100bn")], [("$100bn", "$106bn")]]


def test_kind_direction_and_reason_are_those_of_the_step_from_what_the_audience_was_told_last() -> None:
    one = start(audience(rules=(AlertRule(min_percent=Decimal(5)),)))
    for low, high in (("60e9", "80e9"), ("59e9", "81e9"), ("52e9", "80e9")):
        news(one, low, high)
        digest(one)
        deliver(one)
    (item,) = one.channel().got[-1][0].items
    assert (item.old, item.new) == ("$60-80bn", "$52-80bn")
    assert (item.kind, item.direction) == ("widened", "lowered")
    assert item.reason.endswith("; last told here: $60-80bn")


def test_what_the_rules_keep_from_an_audience_is_left_out_with_its_reason() -> None:
    one = start(audience(rules=(AlertRule(metrics=("meta.headcount",)),)))
    news(one, "60e9")
    assert digest(one) == DigestReport(left_out=1)
    assert digest(one) == DigestReport()
    with one.world.store.read() as tx:
        change = tx.exec_driver_sql("SELECT id FROM changes").scalar_one()
        ((name, state, _, reason),) = outbox.tellings_of(tx, change)
    assert (name, state) == ("desk", "left-out")
    assert reason


def test_a_preview_changes_nothing() -> None:
    one = start()
    news(one, "60e9")
    with one.world.store.read() as tx:
        message = preview(tx, one.world, one.world.config.audiences[0])
    assert [item.new for item in message.items] == ["$60bn"]
    assert digest(one).told == 1


def test_a_digest_s_text_is_frozen_when_it_is_made() -> None:
    one = start()
    one.channel().outcomes = [retry("421"), sent("250")]
    news(one, "60e9")
    digest(one)
    deliver(one)
    one.clock.forward(hours=5)
    deliver(one)
    (first, _, _), (second, _, _) = one.channel().got
    assert first == second


def test_a_refusal_is_tried_again_later_and_then_given_up() -> None:
    one = start()
    one.channel().outcomes = [retry("451 greylisted"), retry("451 greylisted"), sent("250")]
    news(one, "60e9")
    digest(one)
    assert deliver(one) == DeliverReport(postponed=1)
    assert deliver(one) == DeliverReport()
    one.clock.forward(minutes=1)
    assert deliver(one) == DeliverReport(postponed=1)
    one.clock.forward(minutes=5)
    assert deliver(one) == DeliverReport(sent=1)
    assert open_deliveries(one) == []


def test_a_message_links_without_trackers_to_the_page_that_is_stored_with_them() -> None:
    one = start()
    url = "http://www.paper.example/n?utm_source=rss&id=7"
    item = entry("n9", url=url, published=one.clock.at)
    text = "meta.capex 2025 USD 60e9 guidance news"
    one.articles.pages[url] = article("n", text, url=url, canonical_url=url, published=one.clock.at)
    with one.world.store.write() as tx:
        entries.add(tx, "one", [item], one.clock.at, background=False)
    asyncio.run(read_due(one.world))
    digest(one)
    deliver(one)
    assert one.channel().got[0][0].items[0].url == "http://www.paper.example/n?id=7"
    with one.world.store.read() as tx:
        assert [line.reading.evidence[0].url for line in ledger.verdicts(tx, metric="meta.capex")] == [url]


def test_a_figure_held_back_links_without_trackers_and_a_feed_by_its_own_address() -> None:
    one = start(audience(show_conflicts=True))
    address = "https://one.example/feed?utm_source=figurewatch"
    news(one, "60e9")
    news(one, "600e9", query="?id=7&utm_source=rss")
    with one.world.store.write() as tx:
        outbox.add_note(tx, key="f", kind="feed", text="One is silent", url=address, now=one.clock.at, alarm=True)
    asyncio.run(run_round(one.world))
    notes = [note for message, _, _ in one.channel().got for note in message.notes]
    assert {note.kind: note.url for note in notes} == {"conflict": "https://p2.example/n?id=7", "feed": address}


def test_the_parts_that_arrived_are_not_sent_again() -> None:
    one = start()
    one.channel().outcomes = [retry("429", parts=2), sent("ok", parts=3)]
    news(one, "60e9")
    digest(one)
    deliver(one)
    one.clock.forward(minutes=1)
    deliver(one)
    assert [done for _, _, done in one.channel().got] == [0, 2]


def test_a_kill_between_two_parts_repeats_none_that_had_arrived() -> None:
    one = start()
    one.channel().parts = 3
    news(one, "60e9")
    digest(one)
    with pytest.raises(KilledError):
        deliver(one.dies_at("deliver.after-part"))
    one.clock.forward(hours=1)
    assert deliver(one) == DeliverReport(sent=1)
    assert [(done, message.possible_repeat) for message, _, done in one.channel().got] == [(0, False), (1, True)]


def test_an_unknown_outcome_is_sent_once_more_and_says_so() -> None:
    one = start()
    one.channel().outcomes = [unknown("the line went dead")]
    news(one, "60e9")
    digest(one)
    assert deliver(one) == DeliverReport(postponed=1)
    one.clock.forward(minutes=1)
    assert deliver(one) == DeliverReport(dead=1)
    one.clock.forward(days=3)
    assert deliver(one) == DeliverReport()
    messages = [message for message, _, _ in one.channel().got]
    assert [message.possible_repeat for message in messages] == [False, True]
    assert messages[0] == replace(messages[1], possible_repeat=False)


def test_a_dead_delivery_is_listed_and_raises_an_alarm_on_another_channel() -> None:
    mail, slack = channel("desk.email"), channel("desk.slack")
    one = start(audience("desk", mail, slack))
    one.channel(channel="desk.email").outcomes = [dead("550 no such user")]
    news(one, "60e9")
    asyncio.run(run_round(one.world))
    assert [found.error for found in open_deliveries(one)] == ["550 no such user"]
    alarm = one.channel(channel="desk.slack").got[1][0]
    assert alarm.items == ()
    assert "could not be delivered through desk.email: 550 no such user" in alarm.notes[0].text
    assert len(one.channel(channel="desk.email").got) == 1


def test_a_dead_delivery_of_an_audience_with_one_channel_is_told_to_another_audience() -> None:
    one = start(audience("desk"), audience("night"))
    one.channel("desk").outcomes = [dead("550")]
    news(one, "60e9")
    asyncio.run(run_round(one.world))
    assert any("desk.email" in note.text for message, _, _ in one.channel("night").got for note in message.notes)


def test_a_dead_delivery_that_nobody_else_can_hear_of_makes_no_loop() -> None:
    one = start()
    one.channel().outcomes = [dead("550")]
    news(one, "60e9")
    asyncio.run(run_round(one.world))
    for _ in range(3):
        one.clock.forward(hours=1)
        assert asyncio.run(run_round(one.world)).digests == DigestReport()


def test_a_bad_channel_holds_no_other() -> None:
    one = start(audience("desk", channel("desk.email"), channel("desk.slack")))
    one.channel(channel="desk.email").outcomes = [RuntimeError("a bug in the channel")]
    news(one, "60e9")
    digest(one)
    assert deliver(one) == DeliverReport(sent=1, parked=1)
    assert [found.state for found in open_deliveries(one)] == ["parked"]


def test_each_recipient_has_a_delivery_of_its_own() -> None:
    one = start(audience("desk", channel("desk.email", "a@example.com", "b@example.com")))
    one.channel().outcomes = [dead("550"), sent("250")]
    news(one, "60e9")
    digest(one)
    assert deliver(one) == DeliverReport(sent=1, dead=1)
    assert sorted(recipient for _, recipient, _ in one.channel().got) == ["a@example.com", "b@example.com"]


def test_a_channel_that_left_the_configuration_is_dead_with_a_remedy() -> None:
    one = start()
    news(one, "60e9")
    digest(one)
    one.channels.open.clear()
    assert deliver(one) == DeliverReport(dead=1)
    assert "alerts retry" in str(open_deliveries(one)[0].error)


def test_a_dead_delivery_can_be_tried_again() -> None:
    one = start()
    one.channel().outcomes = [dead("550"), sent("250")]
    news(one, "60e9")
    digest(one)
    deliver(one)
    with one.world.store.write() as tx:
        deliveries.retry(tx, one.clock.at)
    assert deliver(one) == DeliverReport(sent=1)


@pytest.mark.parametrize("point", ["digest.before-commit", "digest.after-commit"])
def test_a_kill_while_a_digest_is_made_leaves_one_digest(point: str) -> None:
    one = start()
    news(one, "60e9")
    with pytest.raises(KilledError):
        digest(one.dies_at(point))
    asyncio.run(take_over(one.world))
    digest(one)
    deliver(one)
    assert told(one.channel()) == [[(None, "$60bn")]]


def test_a_kill_before_the_send_sends_once_marked_as_possible_repeat() -> None:
    one = start()
    news(one, "60e9")
    digest(one)
    with pytest.raises(KilledError):
        deliver(one.dies_at("deliver.before-send"))
    asyncio.run(take_over(one.world))
    deliver(one)
    assert [message.possible_repeat for message, _, _ in one.channel().got] == [True]


def test_a_kill_between_send_and_mark_repeats_once_with_the_same_id() -> None:
    one = start()
    news(one, "60e9")
    digest(one)
    with pytest.raises(KilledError):
        deliver(one.dies_at("deliver.after-send"))
    asyncio.run(take_over(one.world))
    assert deliver(one) == DeliverReport(sent=1)
    (first, _, _), (second, _, _) = one.channel().got
    assert (first.id, first.date) == (second.id, second.date)
    assert (first.possible_repeat, second.possible_repeat) == (False, True)


def test_a_kill_after_the_mark_repeats_nothing() -> None:
    one = start()
    news(one, "60e9")
    digest(one)
    with pytest.raises(KilledError):
        deliver(one.dies_at("deliver.after-commit"))
    asyncio.run(take_over(one.world))
    assert deliver(one) == DeliverReport()
    assert len(one.channel().got) == 1


def test_a_round_does_everything_and_remembers_that_it_did() -> None:
    one = start()
    one.feed_gives(entry("old", content="irrelevant"))
    assert asyncio.run(run_round(one.world)).polled.polled == 1
    one.clock.forward(days=1)
    one.feed_gives(entry("new", content="meta.capex 2025 USD 60e9 guidance news", published=one.clock.at))
    report = asyncio.run(run_round(one.world))
    assert isinstance(report, RoundReport)
    assert (report.read.changes, report.digests.told, report.delivered.sent) == (1, 1, 1)
    with one.world.store.read() as tx:
        assert upkeep.health(tx, one.clock.at).last_round == one.clock.at


def test_every_feed_can_be_polled_at_once() -> None:
    one = start()
    one.feed_gives(entry("a", content="irrelevant"))
    asyncio.run(run_round(one.world))
    assert asyncio.run(run_round(one.world)).polled.polled == 0
    assert asyncio.run(run_round(one.world, poll_all=True)).polled.polled == 1


def test_a_new_audience_is_not_told_the_past() -> None:
    one = start()
    news(one, "60e9")
    late = audience("late")
    one = replace(one, world=replace(one.world, config=FakeSettings(one.world.config.feeds, (audience(), late))))
    one.channels.open["late", "late.email"] = FakeChannel()
    asyncio.run(sync(one.world))
    asyncio.run(run_round(one.world))
    assert one.channels.open["late", "late.email"].got == []
    news(one, "80e9")
    asyncio.run(run_round(one.world))
    assert told(one.channels.open["late", "late.email"]) == [[("$60bn", "$80bn")]]


def test_conflicts_are_shown_to_the_audiences_that_want_them() -> None:
    one = start(audience("desk", show_conflicts=True), audience("night"))
    news(one, "60e9")
    news(one, "600e9")
    asyncio.run(run_round(one.world))
    assert any(note.kind == "conflict" for message, _, _ in one.channel("desk").got for note in message.notes)
    assert all(note.kind != "conflict" for message, _, _ in one.channel("night").got for note in message.notes)


def test_a_digest_overdue_for_days_is_reported_to_the_others() -> None:
    one = start(audience("desk"), audience("night", schedule=Schedule(at=(time(3),), weekdays=frozenset({0}))))
    news(one, "60e9")
    one.clock.forward(days=12)
    from monitor.steps.sweep import sweep

    assert asyncio.run(sweep(one.world)).overdue == 2
    with one.world.store.read() as tx:
        assert any("could not be made" in note.text for note in outbox.pending_notes(tx, "night"))


def broken(one: Scene) -> None:
    """From now on no change can be put into words: a digest of any change fails."""
    one.reader.title = lambda metric: (_ for _ in ()).throw(ValueError("a bug"))


def test_a_lone_audience_hears_by_every_channel_that_its_digest_is_overdue() -> None:
    one = start(audience("desk", channel("desk.email"), channel("desk.slack")))
    news(one, "60e9")
    broken(one)
    for _ in range(5):
        asyncio.run(run_round(one.world))
        one.clock.forward(days=1)
    for name in ("desk.email", "desk.slack"):
        (message,) = [message for message, _, _ in one.channel("desk", name).got]
        (note,) = message.notes
        assert note.text.startswith("The digest of desk has been due since")
        assert "an unforeseen fault while trying to digest it (ValueError)" in note.text
        assert message.items == ()
    assert [event for event, _ in one.log.lines].count("digest overdue") == 1


def test_a_digest_that_was_overdue_is_made_once_what_was_wrong_is_mended() -> None:
    one = start(audience("desk"))
    real = one.reader.title
    news(one, "60e9")
    broken(one)
    for _ in range(5):
        asyncio.run(run_round(one.world))
        one.clock.forward(days=1)
    one.reader.title = real
    asyncio.run(run_round(one.world))
    assert [[item.new for item in message.items] for message, _, _ in one.channel().got] == [[], ["$60bn"]]
    with one.world.store.read() as tx:
        assert overdue(tx, one.world.config.audiences, one.clock.at) == []


def test_a_digest_that_fails_is_known_at_once_and_tried_again_now_and_then() -> None:
    one = start(audience("desk"))
    news(one, "60e9")
    broken(one)
    tried = [digest(one).failed for _ in range(6)]
    assert tried == [1, 1, 1, 0, 0, 0]
    with one.world.store.read() as tx:
        (found,) = overdue(tx, one.world.config.audiences, one.clock.at)
    assert (found.audience, found.late) == ("desk", False)
    one.clock.forward(minutes=16)
    assert digest(one).failed == 1
    assert digest(one, at_once=True).failed == 1  # who asks for it gets an answer


def test_an_alarm_reaches_an_audience_whose_digest_cannot_be_made() -> None:
    one = start(audience("desk"))
    news(one, "60e9")
    broken(one)
    with one.world.store.write() as tx:
        outbox.add_note(tx, key="x", kind="feed", text="The wire is down.", now=one.clock.at, alarm=True)
        outbox.add_note(tx, key="y", kind="feed", text="By the way.", now=one.clock.at)
    for _ in range(5):
        asyncio.run(run_round(one.world))
    ((note,),) = [message.notes for message, _, _ in one.channel().got]
    assert note.text == "The wire is down."


def test_the_first_polls_of_many_sources_are_one_line() -> None:
    one = scene(feeds=[feed(f"f{number}") for number in range(7)])
    asyncio.run(sync(one.world))
    for number in range(7):
        one.feed_gives(entry("a", content="irrelevant"), entry("b", content="irrelevant"), feed=f"f{number}")
    asyncio.run(run_round(one.world))
    one.clock.forward(days=1)
    one.feed_gives(entry("c", content="meta.capex 2025 USD 60e9 guidance news"), feed="f0")
    asyncio.run(run_round(one.world))
    (note,) = one.channel().got[0][0].notes
    assert note.text.startswith("Now watching Feed f")
    assert note.text.endswith(" and 2 more: their 14 stories so far fill the ledger and are not told.")


def test_a_digest_that_can_no_longer_be_read_is_dead_with_its_reason() -> None:
    one = start()
    news(one, "60e9")
    digest(one)
    with one.world.store.write() as tx:
        tx.exec_driver_sql("UPDATE digests SET message = 'torn'")
    assert deliver(one) == DeliverReport(dead=1)
    assert "cannot be read" in str(open_deliveries(one)[0].error)


def test_a_channel_that_never_answers_has_an_unknown_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hangs:
        async def send(self, *_: object, **__: object) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr("monitor.steps.deliver.SEND_SECONDS", 0)
    one = start()
    one.channels.open["desk", "desk.email"] = Hangs()
    news(one, "60e9")
    digest(one)
    assert deliver(one) == DeliverReport(postponed=1)
    found = open_deliveries(one)[0]
    assert found.possible_repeat
    assert "no answer" in str(found.error)


def test_a_digest_that_cannot_be_made_stops_no_other_and_loses_nothing() -> None:
    one = start(audience("desk"), audience("night"))
    news(one, "60e9", metric="broken.rules2")
    real = one.reader.title
    one.reader.title = lambda metric: (_ for _ in ()).throw(ValueError("a bug"))
    assert digest(one) == DigestReport(failed=2)
    one.reader.title = real
    assert digest(one) == DigestReport(digests=2, told=2)


def test_a_delivery_that_ends_the_program_five_times_is_put_aside_and_told_elsewhere() -> None:
    one = start(audience("desk", channel("desk.email"), channel("desk.slack")))
    news(one, "60e9")
    digest(one)
    slack = one.channels.open.pop(("desk", "desk.slack"))
    for _ in range(30):
        with suppress(KilledError):
            deliver(one.dies_at("deliver.before-send"))
        asyncio.run(take_over(one.world))
    assert {found.state for found in open_deliveries(one)} == {"parked"}
    one.channels.open["desk", "desk.slack"] = slack
    again = [found.id for found in open_deliveries(one) if found.channel == "desk.slack"]
    with one.world.store.write() as tx:
        deliveries.retry(tx, one.clock.at, again)
    asyncio.run(run_round(one.world))
    asyncio.run(run_round(one.world))
    notes = [note.text for message, _, _ in slack.got for note in message.notes]
    assert any("through desk.email: sending it ended the program again and again" in text for text in notes)


def test_tidying_happens_once_a_day() -> None:
    one = start()
    assert asyncio.run(run_round(one.world)).swept.tidied is not None
    one.clock.forward(hours=23)
    assert asyncio.run(run_round(one.world)).swept.tidied is None
    one.clock.forward(hours=1)
    assert asyncio.run(run_round(one.world)).swept.tidied is not None
