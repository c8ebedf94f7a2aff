"""The collector leaves alone what stays, and looks less often at what is gone by itself."""

import gc
from collections.abc import Iterator

import pytest

from monitor.daemon.rest import YOUNG, settle


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_a_settled_program_holds_is_looked_at_no_more() -> None:
    held = [[] for _ in range(100)]
    settle()
    assert gc.get_freeze_count() > len(held)
    assert gc.get_threshold()[0] == YOUNG


def test_cycles_made_later_are_still_found() -> None:
    settle()
    before = gc.get_count()[0]
    for _ in range(YOUNG + 100):
        cycle: list[object] = []
        cycle.append(cycle)
    assert gc.get_count()[0] < before + YOUNG
