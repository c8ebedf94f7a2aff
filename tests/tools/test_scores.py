"""No score falls below its floor; floors only rise (`tools/evaluate.py --raise-floors`)."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import evaluate

FLOORS = json.loads(evaluate.FLOORS.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_no_score_is_below_its_floor(tmp_path, capsys):
    scores = evaluate.evaluate(tmp_path)
    below = [
        f"{name} {key}: {scores[name].get(key, 0.0)} is below {floor}"
        for name, floors in FLOORS.items()
        if scores[name]  # a set that lies beside the project may be missing
        for key, floor in floors.items()
        if scores[name].get(key, 0.0) < floor
    ]
    assert below == []
    assert scores["own"], "the project's own stories are always here"


def test_floors_rise_and_never_fall(tmp_path):
    file = tmp_path / "baseline.json"
    assert evaluate.raise_floors({"own": {"f1": 0.8}}, file) == ["own f1: None -> 0.8"]
    assert evaluate.raise_floors({"own": {"f1": 0.7}}, file) == []
    assert evaluate.raise_floors({"own": {"f1": 0.9}, "dev": {}}, file) == ["own f1: 0.8 -> 0.9"]
    assert json.loads(file.read_text())["own"] == {"f1": 0.9}


def test_a_missing_set_is_named_and_skipped(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(evaluate, "EVAL", tmp_path / "nowhere")
    assert evaluate.story_set("dev", tmp_path, 0, replay=True) == {}
    assert evaluate.quantities("hard_cases", [tmp_path / "nowhere" / "hard_cases.jsonl"], tmp_path, 0) == {}
    assert capsys.readouterr().out.count("skipped: there is no ../shared/eval/") == 2
