"""The daemon is killed by SIGKILL at every named point and at random moments: nothing is lost, nothing comes twice.

`FIGUREWATCH_KILLS=1000` sets the number of random kills (`make chaos`); the seed of the moments is printed on failure.
"""

import os
import random
import time
from pathlib import Path

import pytest

from chaos.checker import check
from chaos.life import Life, life

pytestmark = pytest.mark.chaos

POINTS = (
    "poll.after-claim", "poll.before-commit", "poll.after-commit",
    "read.after-claim", "read.before-commit", "read.after-commit",
    "digest.before-commit", "digest.after-commit",
    "deliver.before-send", "deliver.after-send", "deliver.after-commit",
)  # fmt: skip
KILLS = int(os.environ.get("FIGUREWATCH_KILLS", "50"))
PER_LIFE = 50  # kills on one database


def begin(one: Life) -> None:
    """The first, silent poll, so that all that is published afterwards is news."""
    one.start()
    end = time.monotonic() + 60
    while not one.one("select count(*) from feeds where first_ok is not null"):
        assert time.monotonic() < end, one.tail()
        time.sleep(0.05)
    assert one.stop() == 0


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_a_named_point_loses_nothing_and_repeats_nothing(point: str, tmp_path: Path) -> None:
    with life(tmp_path) as one:
        begin(one)
        one.newsroom.publish()
        daemon = one.start(crash_at=point)
        one.hurry()
        end = time.monotonic() + 60
        while daemon.poll() is None:
            assert time.monotonic() < end, f"{point} was never reached:\n{one.tail()}"
            one.hurry()
            time.sleep(0.1)
        assert daemon.returncode == -9, one.tail()
        one.newsroom.publish()
        one.settle()
        assert check(one) == []


@pytest.mark.parametrize("answer", ["500", "429", "lost"])
@pytest.mark.parametrize("point", ["deliver.before-send", "deliver.after-send", "deliver.after-commit"])
def test_a_kill_around_a_failing_slack_send_still_tells_everything_once(
    point: str, answer: str, tmp_path: Path
) -> None:
    kill_around_a_send(tmp_path, point, slack=(answer,))


@pytest.mark.parametrize("answer", ["451", "lost"])
@pytest.mark.parametrize("point", ["deliver.before-send", "deliver.after-send", "deliver.after-commit"])
def test_a_kill_around_a_failing_mail_send_still_tells_everything_once(point: str, answer: str, tmp_path: Path) -> None:
    kill_around_a_send(tmp_path, point, mail=(answer,))


def kill_around_a_send(folder: Path, point: str, *, slack: tuple[str, ...] = (), mail: tuple[str, ...] = ()) -> None:
    with life(folder) as one:
        begin(one)
        one.slack.script, one.mail.script = list(slack), list(mail)
        one.newsroom.publish()
        daemon = one.start(crash_at=f"{point}:1")
        end = time.monotonic() + 60
        while daemon.poll() is None:
            assert time.monotonic() < end, f"{point} was never reached:\n{one.tail()}"
            one.hurry()
            time.sleep(0.1)
        one.settle()
        assert check(one) == []


@pytest.mark.parametrize("round_", range(max(1, KILLS // PER_LIFE)))
def test_random_kills_lose_nothing_and_repeat_nothing(round_: int, tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    with life(tmp_path) as one:
        begin(one)
        while one.kills < min(KILLS, PER_LIFE):
            if len(one.newsroom.waiting) > 20 and dice.random() < 0.7:
                one.newsroom.publish()
            one.slack.script += dice.choices(["ok", "500", "429", "lost"], [6, 1, 1, 1], k=1)
            one.mail.script += dice.choices(["ok", "451", "lost"], [6, 1, 1], k=1)
            one.start()
            one.hurry()
            time.sleep(dice.uniform(0.3, 2.2))
            one.kill()
        one.settle(180)
        assert check(one) == [], f"seed {seed}"
