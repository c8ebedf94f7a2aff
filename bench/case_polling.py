"""Polling: first poll, nothing new, one new entry a feed; figurewatch beside reader and rss2email, in turn.

Run by run.py with the two interpreters: python case_polling.py OURS_PYTHON PEERS_PYTHON [--quick]
"""

import json
import os
import subprocess
import sys
import tempfile

from measure import OURS, ROOT, emit, full_size
from origin import CERTIFICATE

from monitor.daemon.process import LEAN, SURROUNDINGS

SIDES = {OURS: "ours_poll.py", "reader": "peer_reader.py", "rss2email": "peer_rss2email.py"}


def one(python: str, script: str, ports: list[str], feeds: int) -> list[dict[str, float | str]]:
    """The phases of one side."""
    with tempfile.TemporaryDirectory() as folder:
        flags, own = (LEAN, SURROUNDINGS) if script == SIDES[OURS] else ((), {})
        command = [python, *flags, str(ROOT / "bench" / script), *ports, str(feeds), folder]
        env = os.environ | own | {"SSL_CERT_FILE": str(CERTIFICATE), "REQUESTS_CA_BUNDLE": str(CERTIFICATE)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        if done.returncode:
            raise SystemExit(f"{script} failed:\n{done.stderr[-2000:]}")
        return [json.loads(line) for line in done.stdout.splitlines()]


def turn(pythons: dict[str, str], feeds: int, sides: list[str], names: tuple[str, ...]) -> None:
    """Every side once over the same origin, each starting from nothing."""
    for who in sides:
        command = [sys.executable, str(ROOT / "bench" / "origin.py"), "--feeds", str(feeds)]
        origin = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert origin.stdin is not None
        assert origin.stdout is not None
        try:
            ports = [origin.stdout.readline().strip() for _ in range(2)]
            expected = feeds * 25
            for row in one(pythons[who], SIDES[who], ports, feeds):
                expected += feeds if row["phase"] == "one new" else 0
                if row["entries"] != expected:
                    raise SystemExit(f"{who} has {row['entries']} entries after '{row['phase']}', not {expected}")
                for what in names:
                    emit(f"{what}: {row['phase']}", who, feeds, float(row["cpu"]) / feeds * 1000, "ms a feed")
                    emit(f"{what}: memory, {row['phase']}", who, feeds, float(row["mb"]), "MB")
        finally:
            origin.stdin.close()
            origin.wait(20)


def main() -> None:
    """A thousand feeds of all three; ours at other sizes too, for the chart."""
    ours, peers = sys.argv[1:3]
    pythons = {OURS: ours, "reader": peers, "rss2email": peers}
    whole = full_size()
    for _ in range(3):  # also where it is quick: what else the machine does tells in a tenth of a second
        turn(pythons, 1000 if whole else 100, list(SIDES), ("poll", "polling by size"))
    for size in (100, 300, 3000) if whole else (30,):
        turn(pythons, size, [OURS] if size > 1000 else list(SIDES), ("polling by size",))


if __name__ == "__main__":
    main()
