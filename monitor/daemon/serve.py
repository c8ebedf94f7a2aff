"""The daemon: one lock, one engine, small batches of work until told to stop."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.config import Config, ConfigError
from monitor.core.errors import FigurewatchError, StoreError
from monitor.daemon import logs
from monitor.daemon.configuring import load_apart
from monitor.daemon.gate import Gate
from monitor.daemon.ground import taken
from monitor.daemon.migrating import migrate
from monitor.daemon.refusal import Refusal
from monitor.daemon.rest import Rest, settle
from monitor.daemon.saved import saved
from monitor.daemon.stages import STAGES, Stage, Turn
from monitor.daemon.wiring import Outfit, open_store, outfit, refit
from monitor.engines.base import Engine
from monitor.engines.local import LocalEngine
from monitor.steps.begin import sync, take_over
from monitor.steps.reports import report_configuration
from monitor.steps.scarcity import off_loop
from monitor.steps.seed import load_seeds

DRAIN = 8.5  # seconds; service managers usually give ten
PAUSES = (1.0, 5.0, 15.0, 60.0)  # seconds, after batches that the database stopped
LOOKS = 5.0  # seconds between looks whether the database is still there, and what is saved in force


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. `hurry` shortens every tick: what is due is decided by the database, a tick only looks."""

    path: Path
    env: Mapping[str, str]
    hurry: float = 1.0


async def serve(options: Options, *, engine: Engine | None = None, config: Config | None = None) -> None:
    """Run until SIGTERM or SIGINT. Raises ConfigError, StoreError, Locked before any work.

    Afterwards only StoreError, when the database was taken away: whoever starts the daemon then starts it anew.
    """
    config = config or load_apart(options.path, options.env)
    logs.set_secrets(config.secrets)
    store = open_store(config, migrate=False)
    try:
        with store.lock():
            await asyncio.to_thread(migrate, config.database_url)
            first = outfit(config, store, log=logs.logger(), env=options.env)
            await asyncio.to_thread(first.reader.load)
            settle()
            await Daemon(options, first, engine or LocalEngine()).run()
    finally:
        store.close()


class Daemon:
    """Stages of work over one outfit at a time; a reload swaps the outfit between two batches."""

    def __init__(self, options: Options, first: Outfit, engine: Engine) -> None:
        self._options = options
        self._outfit = first
        self._engine = engine
        self._log = first.world.log
        self._gate = Gate()
        self._rest = Rest(first.world.store)
        self._stopping = False
        self._reload = asyncio.Event()
        self._failures: dict[str, int] = {}
        self._lost = ""  # what became of the database, in words
        self._refusal = Refusal(options.path.name, first.world.clock.now, options.hurry)

    async def run(self) -> None:
        """Take over, load the seeds, and work until stopped; then drain."""
        try:
            for stage in STAGES:
                self._engine.add(stage.name, self._work_of(stage), stage.every * self._options.hurry)
            work = asyncio.create_task(self._work())
            async with (
                self._listening(work),
                self._beside(self._reloads()),
                self._beside(self._watch()),
                self._beside(self._stand()),
                self._beside(self._remind()),
            ):
                await asyncio.wait({work})
            if work.cancelled():
                self._log.warning("stopped in the middle of a batch", reason="it took too long to drain")
            else:
                work.result()
            if self._lost:
                raise StoreError(self._lost)
        finally:
            await self._rest.aclose()
            await self._outfit.aclose()
            self._log.info("stopped")

    async def _work(self) -> None:
        config = self._outfit.config
        self._log.info("started", config=str(self._options.path), feeds=len(config.enabled_feeds),
                       audiences=len(config.audiences), database=self._outfit.world.store.dialect)  # fmt: skip
        await take_over(self._outfit.world)
        await self._seeds(self._outfit)
        await self._engine.run()

    def stop(self) -> None:
        """Finish the batches under way and end."""
        self._stopping = True
        self._engine.stop()

    def reload(self) -> None:
        """Read the configuration again as soon as the batches under way have ended."""
        self._reload.set()

    def _work_of(self, stage: Stage) -> Any:
        async def work() -> None:
            """Batch after batch until nothing is due; who waits for the results is rung after each."""
            more = True
            while more and not self._stopping:
                async with self._gate.together():
                    more = await self._batch(stage)
                if more:
                    self._ring(stage)

        return work

    def _ring(self, stage: Stage) -> None:
        self._rest.soon()  # something was done
        for name in stage.rings:
            self._engine.ring(name)

    def _turn(self, stage: Stage) -> Turn:
        """A batch goes on until the daemon stops or another configuration waits for it to end."""
        return Turn(
            go_on=lambda: not self._stopping and not self._gate.wanted,
            rung=lambda: self._engine.rung(stage.name),
            ring=lambda: self._ring(stage),
        )

    async def _batch(self, stage: Stage) -> bool:
        try:
            more = await stage.batch(self._outfit, self._turn(stage))
        except StoreError as error:  # nothing is lost: what was claimed is taken up again
            pause = PAUSES[min(self._failures.get(stage.name, 0), len(PAUSES) - 1)]
            self._failures[stage.name] = self._failures.get(stage.name, 0) + 1
            self._log.error("work stopped", stage=stage.name, error=str(error), again_in=f"{pause:g} s")
            await asyncio.sleep(pause)
            return False
        self._failures[stage.name] = 0
        return more

    async def _reloads(self) -> None:
        while True:
            await self._reload.wait()
            self._reload.clear()
            try:
                await self._swap(await off_loop(self._read_again))
            except ConfigError as error:
                self._refused(*error.lines())
                self._log.warning("the old configuration stays in force")
            except StoreError as error:  # not the configuration's fault
                pause = PAUSES[1] * self._options.hurry
                self._log.error("configuration waits", error=str(error), again_in=f"{pause:g} s")
                await asyncio.sleep(pause)
                self._reload.set()
            except FigurewatchError as error:
                self._refused(str(error))

    def _refused(self, *problems: str) -> None:
        for problem in problems:
            self._log.error("configuration refused", problem=problem)
        self._refusal.begin(problems[0])

    async def _remind(self) -> None:
        """Who relies on a saved configuration that is refused hears of it: else its silence would say nothing."""
        while True:
            await asyncio.sleep(LOOKS * self._options.hurry)
            await self._say(self._refusal.due())

    async def _say(self, words: str) -> None:
        world = self._outfit.world
        if words:
            now = world.clock.now()
            try:
                await world.write(lambda tx: report_configuration(tx, words, now))
            except StoreError as error:
                self._log.error("configuration not reported", words=words, error=str(error))

    def _read_again(self) -> Config:
        return load_apart(self._options.path, self._options.env)

    async def _swap(self, config: Config) -> None:
        old = self._outfit
        try:
            new = refit(old, config)
            await off_loop(new.reader.load)
        except StoreError:
            raise
        except FigurewatchError as error:
            self._refused(str(error))
            return
        logs.set_secrets((*old.config.secrets, *config.secrets))
        async with self._gate.alone():
            try:
                await sync(new.world)
            except StoreError:
                await new.aclose()
                raise
            self._outfit = new
        await old.aclose()
        await self._seeds(new)
        if (config.database_url, config.data_dir) != (old.config.database_url, old.config.data_dir):
            self._log.warning("a new database or data directory takes a restart", until_then="the old one is used")
        self._log.info("configuration taken over", **_difference(old.config, config))
        await self._say(self._refusal.end())
        for stage in STAGES:
            self._engine.ring(stage.name)

    async def _seeds(self, fitted: Outfit) -> None:
        report = await load_seeds(fitted.world, fitted.config.seeds_dir)
        for problem in report.problems:
            self._log.error("seed refused", problem=problem)
        if report.loaded:
            self._log.info("seeds loaded", files=list(report.loaded))

    @contextlib.asynccontextmanager
    async def _listening(self, work: "asyncio.Task[None]") -> AsyncIterator[None]:
        """SIGTERM and SIGINT stop, at the latest after the drain time; SIGHUP reloads."""
        loop = asyncio.get_running_loop()
        timers: list[asyncio.TimerHandle] = []

        def stop(name: str) -> None:
            self._log.info("stopping", signal=name)
            self.stop()
            timers.append(loop.call_later(DRAIN, work.cancel))

        acts = {signal.SIGTERM: lambda: stop("SIGTERM"), signal.SIGINT: lambda: stop("SIGINT")}
        if hasattr(signal, "SIGHUP"):
            acts[signal.SIGHUP] = self.reload
        for number, act in acts.items():
            loop.add_signal_handler(number, act)
        try:
            yield
        finally:
            for timer in timers:
                timer.cancel()
            for number in acts:
                loop.remove_signal_handler(number)
            if work.cancelled():  # a thread may hang in a send or on the database; it holds nothing worth waiting for
                loop.call_later(1.0, os._exit, 0)

    @contextlib.asynccontextmanager
    async def _beside(self, work: Any) -> AsyncIterator[None]:
        task = asyncio.create_task(work)
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        """A saved configuration is taken over without being asked."""
        async for _ in saved(self._options.path, self._options.hurry):
            self._log.info("configuration saved", file=str(self._options.path))
            self.reload()

    async def _stand(self) -> None:
        """Without its database or lock the daemon ends: what it goes on to find and tell would be lost with it."""
        path = self._outfit.world.store.path
        if path is None:
            return
        gone = await taken((path, path.with_name(path.name + ".lock")), LOOKS * self._options.hurry)
        self._lost = f"{gone} was moved, deleted or replaced while the daemon worked on it; put it back and start again"
        self._log.error("database lost", problem=self._lost)
        self.stop()


def _difference(old: Config, new: Config) -> dict[str, Any]:
    """What a reload changed, in numbers."""
    before, after = {feed.id for feed in old.enabled_feeds}, {feed.id for feed in new.enabled_feeds}
    return {"feeds": len(after), "added": len(after - before), "removed": len(before - after),
            "audiences": len(new.audiences)}  # fmt: skip
