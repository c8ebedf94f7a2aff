"""Prints the scores of figurewatch on every evaluation set: `make eval`.

The sets beside the project (../shared/eval) are read in place by their own scorers; the project's own gold stories
(tests/gold) are scored here. A set that is missing is named and skipped. `--json FILE` also writes the scores;
`--raise-floors` lifts the floors that the tests hold (tests/tools/baseline.json) to what is reached, and lowers none.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import gold

Scores = dict[str, float]
ROOT = Path(__file__).resolve().parent.parent
EVAL = ROOT.parent / "shared" / "eval"
FLOORS = ROOT / "tests" / "tools" / "baseline.json"


def figurewatch(command: str, stories: Path, out: Path) -> Path:
    """Run `figurewatch COMMAND STORIES --json` and keep what it prints."""
    run = [sys.executable, "-m", "monitor.cli", command, str(stories), "--json"]
    with out.open("wb") as file:
        done = subprocess.run(run, cwd=ROOT, stdout=file, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(f"figurewatch {command} {stories.name} failed:\n{done.stderr.decode()}")
    return out


def scorer(name: str, *args: str | Path) -> str:
    """Run one of the scorers that lie beside the sets."""
    run = [sys.executable, str(EVAL / name), *map(str, args)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else f"{name} failed:\n{done.stderr}"


def heading(text: str) -> None:
    """Say which set comes."""
    print(f"\n== {text}", flush=True)


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def story_set(name: str, work: Path, show: int, *, replay: bool) -> Scores:
    """Score one folder of stories beside the project; returns the scorer's numbers."""
    heading(f"{name}: figures" + (" and the alerts of a replay" if replay else ""))
    folder = EVAL / name
    if not (folder / "stories.jsonl").exists():
        print(f"skipped: there is no ../shared/eval/{name} here")
        return {}
    args = ["--figures", figurewatch("read", folder / "stories.jsonl", work / f"{name}-figures.jsonl")]
    if replay:
        args += ["--alerts", figurewatch("replay", folder / "stories.jsonl", work / f"{name}-alerts.jsonl")]
    said = scorer("score.py", folder, *args, "--show", str(show), "--json")
    text, _, last = said.rstrip().rpartition("\n")
    print(text or last)
    found: Scores = json.loads(last) if text and last.startswith("{") else {}
    found.pop("alert_recall", None)  # F1 and precision hold it
    return found


def quantities(name: str, files: list[Path], work: Path, show: int) -> Scores:
    """Score short texts, quantities only; returns the numbers of the last line, which pools several files."""
    heading(f"{name}: quantities")
    if not files or not all(file.exists() for file in files):
        print(f"skipped: there is no ../shared/eval/{name} here")
        return {}
    read = work / f"{name}-read.jsonl"
    parts = [figurewatch("read", file, work / f"{name}-{file.stem}.jsonl").read_bytes() for file in files]
    read.write_bytes(b"".join(parts))
    said = scorer("score_quantities.py", *files, "--read", read, "--show", str(show)).rstrip()
    print(said)
    found = re.search(r"whole +(\d+) +value F1 ([\d.]+) +value\+unit F1 ([\d.]+)$", said)
    if found is None:
        return {}
    return {"whole": int(found[1]), "value_f1": float(found[2]), "value_unit_f1": float(found[3])}


def own(source: Path, work: Path, show: int) -> Scores:
    """Score a file of the project's own gold stories."""
    name = source.stem
    heading(f"own gold stories (tests/gold/{source.name}): figures and the alerts of a replay")
    stories, figures, changes = gold.parse(source)
    file = work / f"own-{name}.jsonl"
    file.write_text("".join(json.dumps(story, ensure_ascii=False) + "\n" for story in stories), encoding="utf-8")
    read = rows(figurewatch("read", file, work / f"own-{name}-figures.jsonl"))
    told = rows(figurewatch("replay", file, work / f"own-{name}-alerts.jsonl"))
    scores = {**gold.score_figures(figures, read, stories)}
    alerts = gold.score_alerts(changes, told)
    print(f"quantities   recall {scores['quantity_recall']:.3f}")
    print(f"modifiers    {scores['modifiers']:.3f} right of those")
    print(f"figures      {_prf(scores['figures'])}")
    print(f"periods      {scores['periods']:.3f} right of those")
    for language, f1 in scores["languages"].items():
        print(f"  {language:10} F1 {f1:.3f}")
    print(f"alerts       {_prf(alerts['alerts'])}  kinds {alerts['kinds']:.3f}  old values {alerts['old_values']:.3f}")
    for fault in (scores.pop("faults") + alerts.pop("faults"))[:show]:
        print("  " + fault)
    flat = {"quantity_recall": scores["quantity_recall"], "modifiers": scores["modifiers"]}
    flat |= {"periods": scores["periods"], "figure_f1": scores["figures"]["f1"]}
    return flat | {"alert_f1": alerts["alerts"]["f1"], "alert_precision": alerts["alerts"]["precision"]}


def _prf(score: dict[str, float]) -> str:
    return f"precision {score['precision']:.3f}  recall {score['recall']:.3f}  F1 {score['f1']:.3f}"


def evaluate(work: Path, show: int = 0) -> dict[str, Scores]:
    """Score everything that is here; sets that are missing have no numbers."""
    work.mkdir(parents=True, exist_ok=True)
    return {
        "seeds": story_set("seeds", work, show, replay=False),
        "dev": story_set("dev", work, show, replay=True),
        "hard_cases": quantities("hard_cases", [EVAL / "hard_cases.jsonl"], work, show),
        "recognizers": quantities("recognizers", sorted((EVAL / "recognizers").glob("*.jsonl")), work, show),
        "own": own(gold.GOLD, work, show),
        "own unseen": own(gold.GOLD.with_name("unseen.txt"), work, show),
        "own blind": own(gold.GOLD.with_name("blind.txt"), work, show),
        "own blind again": own(gold.GOLD.with_name("blind2.txt"), work, show),
        "own blind at last": own(gold.GOLD.with_name("blind3.txt"), work, show),
        "own blind in 26 languages": own(gold.GOLD.with_name("blind4.txt"), work, show),
        "own blind after those": own(gold.GOLD.with_name("blind5.txt"), work, show),
        "own blind that leads astray": own(gold.GOLD.with_name("blind6.txt"), work, show),
    }


def raise_floors(scores: dict[str, Scores], file: Path = FLOORS) -> list[str]:
    """Lift the floors in `file` to the scores; says which rose. None is lowered, none of a missing set is touched."""
    floors: dict[str, Scores] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    risen = []
    for name, values in scores.items():
        for key, value in values.items():
            floor = floors.setdefault(name, {}).get(key)
            if floor is None or value > floor:
                floors[name][key] = value
                risen.append(f"{name} {key}: {floor} -> {value}")
    file.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return risen


def main() -> int:
    """Score everything that is here."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=0, help="print so many faults of each kind")
    parser.add_argument("--json", type=Path, help="also write the scores to this file")
    parser.add_argument("--keep", type=Path, help="keep what `read` and `replay` printed in this folder")
    parser.add_argument("--raise-floors", action="store_true", help="lift the floors that the tests hold")
    args = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        scores = evaluate(args.keep or Path(folder), args.show)
    print(f"\nmeasured in {time.perf_counter() - started:.0f} s")
    if args.json:
        args.json.write_text(json.dumps(scores, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if args.raise_floors:
        print("\n".join(raise_floors(scores)) or "no floor rose")
    return 0


if __name__ == "__main__":
    sys.exit(main())
