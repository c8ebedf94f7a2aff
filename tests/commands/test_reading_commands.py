"""`read`, `replay`, `explain` and `seeds` as a user or a script meets them."""

import io
import json
import sys
from pathlib import Path

import pytest

from monitor.cli import main

CAPEX = "Meta raised its forecast for capital expenditures in 2025 to $64-72 billion, from $60-65 billion before."
ROWS = [
    {"id": "one", "date": "2025-04-30", "lang": "en", "title": "Meta spends more on AI", "text": CAPEX},
    {"id": "two", "date": "2025-05-01", "title": "Soup", "text": "Boil 2 litres of water for 20 minutes."},
    {"id": "three", "date": "2025-05-01", "title": "Meta spends", "text": CAPEX},
]


@pytest.fixture
def stories(tmp_path: Path) -> str:
    file = tmp_path / "stories.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return str(file)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder without any configuration."""
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("FIGUREWATCH_CONFIG", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of one command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out = capsys.readouterr()
    return int(ended.value.code or 0), out.out, out.err


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))


@pytest.mark.parametrize("command", ["read", "replay"])
def test_stories_without_a_date_are_of_today(capsys, tmp_path, command):
    file = tmp_path / "undated.jsonl"
    file.write_text(json.dumps({"text": "Meta expects to spend $64 billion on capital expenditures this year."}))
    code, out, _ = ran(capsys, command, str(file), "--json")
    assert (code, json.loads(out)["metric"]) == (0, "meta.capex")
    assert "1970" not in out


def test_read_prints_a_json_row_a_figure_with_offsets_into_the_text(capsys, stories):
    code, out, _ = ran(capsys, "read", stories, "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["value_low"] for row in rows if row["story"] == "one" and row["metric"]] == [64e9, 60e9]
    for row in rows:
        text = next(one["text"] for one in ROWS if one["id"] == row["story"])
        assert text[row["char_start"] : row["char_end"]] == row["text"]
        assert {"unit", "modifier", "metric", "period", "status", "speaker", "value_high"} <= row.keys()


def test_read_takes_one_text_from_standard_input(capsys, monkeypatch):
    typed(monkeypatch, CAPEX)
    code, out, _ = ran(capsys, "read", "-", "--text", "--lang", "en", "--date", "2025-04-30", "--json")
    assert code == 0
    assert {json.loads(line)["story"] for line in out.splitlines()} == {"stdin"}


def test_read_takes_json_lines_from_standard_input(capsys, monkeypatch, stories):
    typed(monkeypatch, Path(stories).read_text(encoding="utf-8"))
    assert ran(capsys, "read", "--json")[1] == ran(capsys, "read", stories, "--json")[1]


def test_read_says_figures_in_words_to_people(capsys, stories):
    _, out, _ = ran(capsys, "read", stories)
    assert "meta.capex 2025: $64-72bn" in out
    assert "Soup" in out


def test_read_takes_a_document(capsys, tmp_path):
    (tmp_path / "note.txt").write_text(f"A note\n\n{CAPEX}", encoding="utf-8")
    _, out, _ = ran(capsys, "read", str(tmp_path / "note.txt"), "--date", "2025-04-30")
    assert "$64-72bn" in out


@pytest.mark.parametrize(
    ("content", "words"), [("{", "stories.jsonl:1: "), ('{"id": "x"}', "text: missing"), ("[]", "not an object")]
)
def test_a_bad_stories_file_is_refused_with_its_line(capsys, tmp_path, content, words):
    file = tmp_path / "stories.jsonl"
    file.write_text(content, encoding="utf-8")
    for command in ("read", "replay"):
        code, _, err = ran(capsys, command, str(file))
        assert (code, words in err, "Traceback" in err) == (2, True, False)


def test_read_will_not_open_a_private_address(capsys):
    code, _, err = ran(capsys, "read", "http://127.0.0.1:9/page")
    assert code == 1
    assert "private, local or reserved" in err


def test_replay_prints_a_json_row_an_alert(capsys, stories):
    code, out, _ = ran(capsys, "replay", stories, "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(row["at"], row["metric"], row["old"], row["new"]) for row in rows] == [
        ("one", "meta.capex", [60e9, 65e9], [64e9, 72e9])
    ]
    assert {"period", "unit", "kind", "status", "quote"} <= rows[0].keys()
    assert rows[0]["quote"] == CAPEX


def test_replay_all_says_of_every_story_why_it_was_quiet(capsys, stories):
    rows = [json.loads(line) for line in ran(capsys, "replay", stories, "--json", "--all")[1].splitlines()]
    quiet = {row["at"]: row["quiet"] for row in rows if "quiet" in row}
    assert quiet["two"] == "irrelevant"
    assert set(quiet) == {"one", "two", "three"}
    assert all(row["reason"] for row in rows if "quiet" in row)


def test_replay_tells_people_what_moved_and_who_said_so(capsys, stories):
    _, out, _ = ran(capsys, "replay", stories)
    assert "meta.capex 2025: $60-65bn -> $64-72bn" in out
    assert CAPEX in out


def test_replay_without_a_file_restates_the_ledger(capsys, nowhere, monkeypatch):
    (nowhere / "feeds.yaml").write_text("feeds: [https://one.example/feed]\n", encoding="utf-8")
    monkeypatch.setenv("FIGUREWATCH_DATA_DIR", str(nowhere / "data"))
    code, out, err = ran(capsys, "replay")
    assert (code, out) == (0, "")
    assert "0 articles read otherwise" in err


def test_a_broken_configuration_leaves_the_built_in_metrics_and_is_told(capsys, nowhere, stories):
    (nowhere / "feeds.yaml").write_text("feedz: []\n", encoding="utf-8")
    code, out, err = ran(capsys, "read", stories, "--json")
    assert code == 0
    assert "meta.capex" in out
    assert "only the built-in metrics are used: feeds.yaml:1:" in err
    assert ran(capsys, "read", stories, "--config", "feeds.yaml")[0] == 3


def test_explain_says_for_every_number_what_was_read_and_why(capsys, monkeypatch):
    typed(monkeypatch, f"{CAPEX} Apple sold 5 million phones.")
    code, out, _ = ran(capsys, "explain", "-", "--lang", "en")
    assert code == 0
    assert "is meta.capex" in out
    assert "bound to nothing tracked" in out
    assert "because" in out


def test_explaining_what_does_not_exist_says_what_may_be_given(capsys, nowhere):
    code, _, err = ran(capsys, "explain", "nothing-of-that-name")
    assert code in (1, 3)
    assert err
    assert "Traceback" not in err


def test_a_seed_is_added_as_a_card_and_listed(capsys, nowhere, tmp_path):
    document = tmp_path / "Old Story.txt"
    document.write_text(f"An old story\n\n{CAPEX}\n", encoding="utf-8")
    folder = ("--seeds", str(nowhere / "seeds"))
    code, out, _ = ran(capsys, "seeds", "add", str(document), "--date", "2025-04-30", "--source", "A paper", *folder)
    assert code == 0
    assert Path(out.strip()).name == "old-story.yaml"
    _, out, _ = ran(capsys, "seeds", "list", "--json", *folder)
    assert [(row["file"], row["date"], row["language"]) for row in json.loads(out)] == [
        ("old-story.yaml", "2025-04-30", "en")
    ]


def test_a_card_that_is_there_is_replaced_only_when_asked(capsys, nowhere, tmp_path):
    document = tmp_path / "story.txt"
    document.write_text(f"An old story\n\n{CAPEX}\n", encoding="utf-8")
    arguments = ("seeds", "add", str(document), "--date", "2025-04-30", "--seeds", str(nowhere))
    assert ran(capsys, *arguments)[0] == 0
    code, _, err = ran(capsys, *arguments)
    assert (code, "--force" in err) == (1, True)
    assert ran(capsys, *arguments, "--force")[0] == 0


def test_a_document_without_a_date_needs_one(capsys, nowhere, tmp_path):
    document = tmp_path / "story.txt"
    document.write_text(CAPEX, encoding="utf-8")
    code, _, err = ran(capsys, "seeds", "add", str(document), "--seeds", str(nowhere))
    assert code == 1
    assert "--date YYYY-MM-DD" in err


def test_a_broken_card_is_listed_as_broken_beside_the_sound_ones(capsys, nowhere, tmp_path):
    document = tmp_path / "story.txt"
    document.write_text(CAPEX, encoding="utf-8")
    ran(capsys, "seeds", "add", str(document), "--date", "2025-04-30", "--seeds", str(nowhere))
    (nowhere / "broken.yaml").write_text("id: [", encoding="utf-8")
    code, out, err = ran(capsys, "seeds", "list", "--seeds", str(nowhere))
    assert code == 3
    assert "story.yaml" in out
    assert "broken.yaml:" in err
