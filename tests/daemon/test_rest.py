"""Memory that work took is given back."""

import asyncio
import platform
import subprocess
import sys
import threading

import pytest
from daemon_process import QUIET, ROOT

from monitor.core.errors import StoreError
from monitor.daemon.rest import Rest
from monitor.store.store import Store


class Resting(Store):
    """Counts how often it was told to rest; `broken`: its database cannot be reached."""

    broken = False

    def rest(self) -> None:
        self.rests = getattr(self, "rests", 0) + 1
        self.told.set()
        if self.broken:
            raise StoreError("no database")

    @property
    def told(self) -> threading.Event:
        return self.__dict__.setdefault("event", threading.Event())


@pytest.mark.parametrize("broken", [False, True])
def test_much_work_is_followed_by_one_rest_and_later_work_by_another(broken: bool) -> None:
    store = Resting.open("sqlite://")
    store.broken = broken

    async def work() -> list[int]:
        rest, seen = Rest(store, 0.01), []
        for _ in range(2):
            for _ in range(5):
                rest.soon()
            await asyncio.to_thread(store.told.wait, 30)
            store.told.clear()
            seen.append(store.rests)
        await rest.aclose()
        return seen

    assert asyncio.run(work()) == [1, 2]
    store.close()


def test_nothing_rests_once_the_daemon_has_stopped() -> None:
    store = Resting.open("sqlite://")

    async def work() -> None:
        rest = Rest(store, 3600)
        rest.soon()
        await rest.aclose()

    asyncio.run(work())
    assert not hasattr(store, "rests")
    store.close()


GREEDY = """
from monitor.daemon.rest import give_back

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

pieces = [bytes(60_000) for _ in range(2_000)]
last = bytes(60_000)  # lies above the others, so that they are not at the end of the heap
full = resident()
del pieces
give_back()
print(full - resident())
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="other C libraries give memory back at their own discretion"
)
def test_free_memory_goes_back_to_the_system() -> None:
    env = {**QUIET, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", GREEDY], env=env, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 60_000_000
