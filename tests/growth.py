"""Costs that must not run away with the length of what is read, told apart from a busy machine.

Costs are processor time, and the least of several tries: other work on the machine only ever adds. A try is repeated
only while the bound is missed, so that the sound case costs little.
"""

from collections.abc import Callable
from time import process_time

TRIES = 5
_LEAST = 0.002  # seconds: below it the clock and the collector are louder than the work


def cost(work: Callable[[], object]) -> float:
    """Seconds of processor time that one run takes."""
    started = process_time()
    work()
    return process_time() - started


def assert_grows_with_length_only(work: Callable[[int], object], *, short: int, long: int, slack: float = 4.0) -> None:
    """`work(size)` at `long` costs at most `slack` times what its share over `short` allows; squares are far above."""
    work(short)
    small = max(min(cost(lambda: work(short)) for _ in range(2)), _LEAST)
    bound = small * slack * long / short
    large = [cost(lambda: work(long))]
    while min(large) > bound and len(large) < TRIES:
        large.append(cost(lambda: work(long)))
    assert min(large) <= bound, f"{short}: {small:.4f} s, {long}: {min(large):.4f} s, allowed {bound:.4f} s"


def assert_takes_less_than(seconds: float, work: Callable[[], object]) -> None:
    """One of several runs stays below `seconds` of processor time."""
    tries = [cost(work)]
    while min(tries) >= seconds and len(tries) < TRIES:
        tries.append(cost(work))
    assert min(tries) < seconds
