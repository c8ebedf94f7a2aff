"""Patterns that no metric matches, and packs of no use: told with every other mistake, before anything is polled."""

from pathlib import Path

import pytest

from monitor.config import ConfigError, load_config
from monitor.config.metrics import may_match

METRICS = ("meta.capex", "meta.gpus.total", "meta.datacenter.<site>.power")
OWN = "meta.cafeterias: {title: cafeterias, unit: count, words: {en: [cafeterias]}}\n"


def complaints(folder: Path, text: str) -> list[str]:
    (folder / "feeds.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(folder / "feeds.yaml", {"HOME": "/"})
    return list(caught.value.lines())


@pytest.mark.parametrize(
    "pattern", ["*", "meta.capex", "meta.*", "meta.datacenter.*", "meta.datacenter.x.power", "?eta.*"]
)
def test_a_pattern_that_can_match_is_known(pattern: str) -> None:
    assert may_match(pattern, METRICS)


@pytest.mark.parametrize("pattern", ["meta.capx", "nvidia.*", "meta.datacenter.hyperion.colour", "meta.gpu.*"])
def test_a_pattern_that_nothing_can_match_is_known_too(pattern: str) -> None:
    assert not may_match(pattern, METRICS)


def test_misspelt_patterns_are_told_at_once_with_place_and_guess_beside_every_other_mistake(tmp_path: Path) -> None:
    text = """feeds: [https://a.example/f]
contat: me@example.org
alerts:
  - {name: A, console: true, metrics: [meta.capex, meta.gpu.*]}
  - name: B
    console: true
    rules:
      - {metrics: meta.headcont, drop: true}
      - {metrics: [meta.*, decoy.cash]}
  - {name: C, console: true, metrics: [Not A Pattern, zzz]}
"""
    assert complaints(tmp_path, text) == [
        'feeds.yaml:2:1: contat: unknown key; did you mean "contact"?',
        'feeds.yaml:4:52: alerts[0].metrics[1]: "meta.gpu.*" matches no metric; did you mean "meta.gpus.*"?',
        (
            'feeds.yaml:8:19: alerts[1].rules[0].metrics: "meta.headcont" matches no metric; '
            'did you mean "meta.headcount"?'
        ),
        (
            'feeds.yaml:9:28: alerts[1].rules[1].metrics[1]: "decoy.cash" matches no metric; '
            "'figurewatch figures list' shows those that have been read"
        ),
        (
            'feeds.yaml:10:40: alerts[2].metrics[0]: "Not A Pattern" is no metric pattern; '
            'write an id with * or ? in it, as "meta.datacenter.*"'
        ),
        (
            'feeds.yaml:10:55: alerts[2].metrics[1]: "zzz" matches no metric; '
            "'figurewatch figures list' shows those that have been read"
        ),
    ]


def test_metrics_of_ones_own_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    alerts = "alerts: [{name: A, console: true, metrics: meta.cafeterias}]"
    (tmp_path / "feeds.yaml").write_text(f"feeds: [https://a.example/f]\nmetrics: own.yaml\n{alerts}\n")
    assert load_config(tmp_path / "feeds.yaml", {"HOME": "/"}).audiences[0].rules[0].metrics == ("meta.cafeterias",)


@pytest.mark.parametrize(
    ("key", "pack", "words"),
    [
        (
            "metrics",
            "meta.cafeterias: {unit: count}",
            "own.yaml: meta.cafeterias: needs measures or words that name it",
        ),
        ("metrics", "a: [", "own.yaml: while parsing"),
        ("topics", "- nothing", "own.yaml: the file must hold keys and values"),
    ],
)
def test_a_pack_of_no_use_is_told_where_it_is_named(key: str, pack: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(pack)
    alerts = "alerts: [{name: A, console: true, metrics: meta.cafeterias}]"
    (line,) = complaints(
        tmp_path, f"feeds: [https://a.example/f]\n{key}: [own.yaml]\n" + (alerts if key == "metrics" else "")
    )
    assert line.startswith(f"feeds.yaml:2:{len(key) + 4}: {key}[0]: {words}")
    assert "mend that file" in line
