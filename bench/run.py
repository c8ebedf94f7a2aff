"""`make bench`: figurewatch beside its peers, in one run.

    python bench/run.py [--quick] [--only polling,store] [--keep FILE]

sets up .venv-bench from requirements/bench.lock, runs the cases one after the other, prints the table of medians and
ratios, and writes bench/results.json and docs/performance.md. `--quick` takes about two minutes and small sizes.
`--only` runs some cases and writes nothing but what `--keep` asks for; `--report FILE…` puts such files together. Exit
code 1: a case failed.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import report
from measure import ROOT

VENV = ROOT / ".venv-bench"
LOCK = ROOT / "requirements" / "bench.lock"
OURS = ROOT / ".venv" / "bin" / "python"
PEERS = VENV / "bin" / "python"
# The interpreter that runs a case: where a peer is measured in the same process, that of the peers.
CASES = {"polling": OURS, "extraction": OURS, "chain": OURS, "figures": PEERS, "near": PEERS, "store": OURS,
         "start": OURS, "growth": OURS, "soak": OURS}  # fmt: skip


def set_up() -> None:
    """The peers' environment, made anew when its lock has changed."""
    stamp, wanted = VENV / ".installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("setting up .venv-bench …", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    pip = [str(PEERS), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
    stamp.write_text(wanted)


def run_case(name: str, *, quick: bool) -> list[report.Row] | None:
    """The measurements of a case; None when it failed, which is told."""
    command = [str(CASES[name]), str(ROOT / "bench" / f"case_{name}.py")]
    command += [str(OURS), str(PEERS)] if name == "polling" else []
    command += ["--quick"] if quick else []
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    started = time.monotonic()
    print(f"{name} …", end=" ", file=sys.stderr, flush=True)
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    if done.returncode:
        print(f"{name} failed:\n{done.stderr[-3000:]}", file=sys.stderr)
        return None
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def main() -> int:
    """Run the cases asked for."""
    parser = argparse.ArgumentParser(description="Measure figurewatch beside its peers.")
    parser.add_argument("--quick", action="store_true", help="small sizes, few turns")
    parser.add_argument("--only", default="", help=f"some of: {', '.join(CASES)}")
    parser.add_argument("--report", type=Path, nargs="+", help="measure nothing: write the report of such files")
    parser.add_argument("--keep", type=Path, help="also write every measurement here, as JSON Lines")
    args = parser.parse_args()
    if args.report:
        rows = [json.loads(line) for path in args.report for line in path.read_text(encoding="utf-8").splitlines()]
        print(report.plain(report.write(rows, quick=args.quick)))
        return 0
    names = [one for one in args.only.split(",") if one] or list(CASES)
    if unknown := [one for one in names if one not in CASES]:
        parser.error(f"no such case: {', '.join(unknown)}; there are {', '.join(CASES)}")
    set_up()
    found = {name: run_case(name, quick=args.quick) for name in names}
    rows = [row for some in found.values() for row in some or ()]
    if args.keep:
        args.keep.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    failed = [name for name, some in found.items() if some is None]
    whole = names == list(CASES) and not failed
    results = report.write(rows, quick=args.quick) if whole else report.results(report.Measured(rows))
    print(report.plain(results))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
