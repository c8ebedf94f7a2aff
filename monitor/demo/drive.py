"""Runs the product on a town of loopback servers: the real steps, real HTTP, SMTP and webhooks, and a clock by hand."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.config import Config
from monitor.core.types.audiences import Audience, Channel, ChannelKind, Schedule
from monitor.core.types.feeds import Feed
from monitor.daemon.wiring import Outfit, open_store, outfit
from monitor.demo.material import Material
from monitor.demo.outcome import Result, result_of
from monitor.demo.servers import LOOPBACK, Town
from monitor.sources.pace import Pace
from monitor.steps.begin import sync
from monitor.steps.round import run_round
from monitor.steps.seed import load_seeds

DIGEST_HOUR = 22  # UTC, each day
_STEP = timedelta(hours=2)  # of the clock while a day of the shipped stories passes
_COARSE = timedelta(hours=8)  # the same for stories files, which may cover years
_FEW_DAYS = 7
_EVERY = timedelta(minutes=30)
SENDER = "figurewatch@demo.example"
READER = "desk@demo.example"


@dataclass(slots=True)
class HandClock:
    """Stands where it is put."""

    at: datetime

    def now(self) -> datetime:
        """The simulated instant."""
        return self.at

    __call__ = now


@dataclass(frozen=True, slots=True)
class Delivered:
    """What reached the other side: mails as bytes, posts as (path, body), each in order of arrival."""

    mails: tuple[bytes, ...]
    posts: tuple[tuple[str, bytes], ...]
    files: tuple[Path, ...] = field(default=())


async def drive(
    material: Material, out: Path, *, watch: Callable[[datetime], None] = lambda _at: None
) -> tuple[Result, Delivered]:
    """Let the material's days pass; digests are left in `out`. `watch` hears of each step of the clock."""
    clock = HandClock(material.start)
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="figurewatch-demo-") as folder, Town(material, clock) as town:
        config = configuration(town, material, Path(folder), out)
        write_seeds(material, config.seeds_dir)
        store = open_store(config)
        fit = outfit(config, store, clock=clock)
        fit.fetcher.pace = Pace(gap=0.0)  # simulated hours pass between two visits; the wall clock must not
        try:
            await sync(fit.world)
            await load_seeds(fit.world, config.seeds_dir)
            for at in instants(material):
                clock.at = at
                watch(at)
                await run_round(fit.world)
            return await _outcome(fit, town, out)
        finally:
            await fit.aclose()
            store.close()


def instants(material: Material) -> list[datetime]:
    """Where the clock stands, in order: the first poll, then through each day with news."""
    days = material.days
    step = _STEP if len(days) <= _FEW_DAYS else _COARSE
    ticks = [material.start]
    for day in days:
        at = day + step
        while at < day + timedelta(days=1):
            ticks.append(at)
            at += step
        ticks.append(day + timedelta(hours=DIGEST_HOUR, minutes=30))
    return sorted(set(ticks))


def configuration(town: Town, material: Material, folder: Path, out: Path) -> Config:
    """What feeds.yaml would say: the outlets as feeds, a desk that reads mail each evening, a channel told at once."""
    feeds = tuple(
        Feed(id=o.id, url=town.feed(o), name=o.name, kind=o.kind, every=_EVERY, language=o.language)
        for o in material.outlets
    )
    mail = (("host", LOOPBACK), ("port", str(town.mail.port)), ("security", "none"), ("sender", SENDER))
    desk = Audience(
        name="Desk",
        channels=(
            Channel("Desk.email", ChannelKind.EMAIL, (READER,), mail),
            Channel("Desk.file", ChannelKind.FILE, ("file",), (("path", str(out)), ("formats", "text,html"))),
        ),
        schedule=Schedule(at=(time(DIGEST_HOUR),)),
        show_conflicts=True,
    )
    at_once = Audience(
        name="Channel",
        channels=(
            Channel("Channel.slack", ChannelKind.SLACK, ("slack",), (("url", f"{town.receiver.base}/slack"),)),
            Channel("Channel.webhook", ChannelKind.WEBHOOK, ("webhook",), (("url", f"{town.receiver.base}/hook"),)),
        ),
    )
    return Config(
        path=folder / "feeds.yaml",
        feeds=feeds,
        audiences=(desk, at_once),
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'figurewatch.db'}",
        seeds_dir=folder / "seeds",
        contact="demo@demo.example",
        allow_hosts=town.hosts,
    )


def write_seeds(material: Material, folder: Path) -> None:
    """Drop the material's seed documents into the seeds folder, dated as they were published."""
    folder.mkdir(parents=True, exist_ok=True)
    for story in material.stories:
        if story.seed:
            file = folder / f"{story.id}.txt"
            file.write_text(f"{story.title}\n\n{story.text}\n", encoding="utf-8")
            os.utime(file, (story.at.timestamp(), story.at.timestamp()))


async def _outcome(fit: Outfit, town: Town, out: Path) -> tuple[Result, Delivered]:
    result = await fit.world.read(lambda tx: result_of(tx, town))
    mails = tuple(message for _, message in town.mail.mails)
    posts = tuple(town.receiver.posts)
    files = [*sorted(out.glob("*.txt")), *sorted(out.glob("*.html"))]
    for place, mail in enumerate(mails, 1):
        files.append(_left(out / f"mail-{place}.eml", mail))
    for path, name in (("/slack", "slack"), ("/hook", "webhook")):
        for place, body in enumerate((body for at, body in posts if at == path), 1):
            files.append(_left(out / f"{name}-{place}.json", body))
    return result, Delivered(mails, posts, tuple(files))


def _left(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
