"""Daemons are killed by SIGKILL at every named point and at random moments: nothing is lost, nothing comes twice.

`FIGUREWATCH_KILLS=1000` sets the number of random kills on each database (`make chaos`); the seed of the moments is
shown on failure.
"""

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from chaos.checker import check
from chaos.desks import wait
from chaos.life import Life, life

pytestmark = pytest.mark.chaos

BEFORE = (
    "poll.after-claim", "poll.before-commit", "poll.after-commit",
    "read.after-claim", "read.before-commit", "read.after-commit",
    "digest.before-commit", "digest.after-commit",
)  # fmt: skip
SENDING = ("deliver.before-send", "deliver.after-send", "deliver.after-commit")
ANSWERS = {
    "email": ("ok", "451", "lost"),
    "slack": ("ok", "500", "429", "lost"),
    "webhook": ("ok", "500", "429", "lost"),
    "file": ("ok", "full"),
}
KILLS = int(os.environ.get("FIGUREWATCH_KILLS", "50"))
A_DAY = 90_000.0  # seconds, and an hour more
IN_PARTS = 16  # stories that are read together: their digest is more than one message of Slack's
PER_LIFE = 50  # kills on one database


@pytest.mark.parametrize("point", BEFORE)
def test_a_kill_before_a_digest_is_sent_loses_nothing_and_repeats_nothing(
    point: str, database: str | None, tmp_path: Path
) -> None:
    with life(tmp_path, database, channels=("webhook",)) as one:
        one.begin()
        one.newsroom.publish()
        one.crash(point)
        one.newsroom.publish()
        one.settle()
        assert check(one) == []
        assert not any(message.repeat for message in one.desks["webhook"].arrived)


@pytest.mark.parametrize("channel", ANSWERS)
@pytest.mark.parametrize("point", SENDING)
def test_a_kill_around_a_send_tells_everything_once_whatever_the_channel_answered(
    point: str, channel: str, tmp_path: Path
) -> None:
    kills_around_sends(Life(tmp_path, channels=(channel,)), point, channel)


@pytest.mark.parametrize("point", SENDING)
def test_a_kill_of_one_of_three_workers_around_a_send_tells_everything_once(
    point: str, postgres: tuple[str, str], tmp_path: Path
) -> None:
    from real_databases import postgres_url

    with postgres_url(*postgres) as url:
        kills_around_sends(Life(tmp_path, url, ("slack",)), point, "slack")


@pytest.mark.parametrize("answer", ANSWERS["slack"])
def test_a_kill_between_two_parts_of_a_digest_repeats_no_part_that_had_arrived(answer: str, tmp_path: Path) -> None:
    with life(tmp_path, channels=("slack",)) as one:
        one.begin()
        for _ in range(IN_PARTS):
            one.newsroom.publish()
        one.desks["slack"].answer("ok", answer)
        one.crash("deliver.after-part")
        one.settle()
        assert check(one) == []
        parts = Counter(message.part for message in one.desks["slack"].arrived)
        first, second, *_ = sorted(parts)
        if answer == "lost":  # a kill, then an answer that was lost: what was allowed is used up, the rest is listed
            assert parts == {first: 1, second: 1}
            assert one.one("select count(*) from deliveries where state = 'dead'") == 1
        else:
            assert set(parts.values()) == {1}
            assert f"({len(parts)}/{len(parts)})" in parts


def kills_around_sends(one: Life, point: str, channel: str) -> None:
    desk = one.desks[channel]
    try:
        one.begin()
        for answer in ANSWERS[channel]:
            before = len(desk.arrived)
            desk.answer(answer)
            one.newsroom.publish()
            one.crash(point)
            one.settle()
            assert check(one) == [], answer
            copies = desk.arrived[before:]
            assert len(copies) == arrivals(point, channel, answer), answer
            assert [copy.repeat for copy in copies[1:]] == [True] * (len(copies) - 1), answer
    finally:
        one.close()


def arrivals(point: str, channel: str, answer: str) -> int:
    """How often a message comes: twice only where nobody can know that it came, and never as two files.

    A kill before the send looks like one after it: what is then sent says that it may be a repeat, and if its answer is
    lost, that was the one repeat allowed. It is listed as undelivered.
    """
    if channel == "file":
        return 1
    if answer == "lost":
        return 1 if point == "deliver.before-send" else 2
    return 2 if point == "deliver.after-send" and answer == "ok" else 1


@pytest.mark.parametrize("round_", range(-(-KILLS // PER_LIFE)))
def test_random_kills_lose_nothing_and_repeat_nothing(round_: int, database: str | None, tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    with life(tmp_path, database) as one:
        one.begin()
        while one.kills < min(KILLS, PER_LIFE):
            if len(one.newsroom.waiting) > 20 and dice.random() < 0.7:
                one.newsroom.publish()
            script(one, dice)
            born = one.born() + one.workers - len(one.daemons)
            one.start_all()
            one.hurry()
            if dice.random() < 0.9:  # most moments are in the work, some in the first steps
                one.until(lambda born=born: one.born() >= born, "started")
            wait(dice.uniform(0.0, 1.0))
            one.kill(dice.choice(one.daemons))
            if one.url and dice.random() < 0.3:  # a power cut for all
                for daemon in list(one.daemons):
                    one.kill(daemon)
                one.lapse()
        for daemon in list(one.daemons):
            one.kill(daemon)
        one.settle(later=A_DAY)  # so often killed at one row, it may have put that aside until tomorrow
        assert check(one) == [], f"seed {seed}"
        (tmp_path / "kills").write_text(str(one.kills))


def script(one: Life, dice: random.Random) -> None:
    """How the next messages are answered: mostly well."""
    for name, bad in (
        ("slack", ["500", "429", "lost"]),
        ("webhook", ["500", "429", "lost"]),
        ("email", ["451", "lost"]),
    ):
        one.desks[name].answer(dice.choice(bad) if dice.random() < 0.3 else "ok")
    one.desks["file"].answer("full" if dice.random() < 0.1 else "ok")
