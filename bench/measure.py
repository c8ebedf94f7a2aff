"""What every case of the bench shares: processor time, memory, and one JSON line a measurement.

A measurement is {"what", "who", "size", "value", "unit"}: `who` did `what` at `size`. Medians are taken by run.py.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OURS = "figurewatch"
ON_POSTGRESQL = f"{OURS} on PostgreSQL"
COMMAND = ROOT / ".venv" / "bin" / "figurewatch"


def cpu() -> float:
    """Seconds of processor time of this process and of its ended children."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def spent(work: Callable[[], Any]) -> float:
    """Seconds of processor time that `work` takes; the collector starts clean, as it would for the next one."""
    gc.collect()
    before = cpu()
    work()
    return cpu() - before


def emit(what: str, who: str, size: float, value: float, unit: str) -> None:
    """Print one measurement."""
    row = {"what": what, "who": who, "size": size, "value": value, "unit": unit}
    print(json.dumps(row), flush=True)


def alternate(times: int, cases: dict[str, Callable[[], Any]]) -> list[tuple[str, float]]:
    """Run the cases in turn, `times` times each; who took how much processor time."""
    return [(who, spent(work)) for _ in range(times) for who, work in cases.items()]


def resident(pid: int | str = "self") -> float:
    """Megabytes that a process holds in memory; 0 when there is none."""
    return _status(pid, "VmRSS")


def peak() -> float:
    """Megabytes that this program held at most. What getrusage says begins with the process that started it."""
    return _status("self", "VmHWM")


def _status(pid: int | str, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(found[0]) / 1024 if found else 0.0


def descriptors(pid: int | str = "self") -> int:
    """How many files and sockets a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - the listing itself opens one, the same each time


def full_size() -> bool:
    """Whether the case is to run at full size: `--quick` stands on no command line."""
    return "--quick" not in sys.argv


def scale() -> float:
    """How much of its size the growth case is given: FIGUREWATCH_BENCH_SIZE, else 1, or 0.02 with `--quick`."""
    given = os.environ.get("FIGUREWATCH_BENCH_SIZE")
    return float(given) if given else 1.0 if full_size() else 0.02
