"""Language files: each loads, carries examples that read as they say, and mistakes in them are told plainly."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from quantity_notation import as_written, meant, same_value

from monitor.core.quantities import read_quantities
from monitor.packs.language import build_pack
from monitor.packs.load import PackError, load_languages, load_packs, read_yaml

ROOT = Path(__file__).parents[2]
PACKS = load_packs()
WRITTEN = PACKS.languages.written()
ASKED = "en zh ja ko pt es fr de it nl sv pl ru uk tr ar fa he hi id vi th".split()


def test_the_languages_that_the_product_promises_have_a_file() -> None:
    assert set(ASKED) <= set(WRITTEN)


@pytest.mark.parametrize("code", WRITTEN)
def test_a_language_carries_examples_and_they_read_as_they_say(code: str) -> None:
    examples = PACKS.language(code).examples
    assert len(examples) >= 2
    for example in examples:
        found = read_quantities(example.text, code, PACKS)
        meanings = [meant(answer) for answer in example.expect]
        assert len(found) == len(meanings), (example.text, as_written(found))
        for quantity, meaning in zip(found, meanings, strict=True):
            assert same_value(quantity, meaning), (example.text, as_written(found))
            assert quantity.modifier == meaning[3], (example.text, as_written(found))


def test_every_language_of_the_lexicon_compiles() -> None:
    for code in load_languages():
        read_quantities("5 65 billion 22% 5 GW $3.50", code, PACKS)


def test_codes_with_regions_scripts_and_old_names_find_their_language() -> None:
    assert PACKS.language("pt-BR").code == "pt"
    assert PACKS.language("zh_Hant").code == "zh"
    assert PACKS.language("nb").code == "no"
    assert PACKS.language("iw").code == "he"
    assert PACKS.language(None).code == PACKS.language("xx").code == "en"


def test_the_committed_lexicon_is_what_cldr_gives() -> None:
    done = subprocess.run([sys.executable, "tools/build_lexicon.py", "--check"], cwd=ROOT, check=False, timeout=120)
    assert done.returncode == 0, "run: python tools/build_lexicon.py"


def test_the_lexicon_names_the_version_of_cldr_it_was_made_from() -> None:
    head = json.loads((ROOT / "monitor/packs/lexicon.json").read_text(encoding="utf-8"))
    assert int(head["cldr"].split(".")[0]) >= 47
    assert len(head["languages"]) > 100


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"scales": {"mio": "many"}}, "scales: mio: 'many' is no number"),
        ({"units": {"XX": ["xx"]}}, "units: 'XX' is no unit"),
        ({"subunits": {"cents": ["cent"]}}, "subunits: 'cents' must be a currency and its parts"),
        (
            {"modifiers": {"roughly": {"before": ["about"]}}},
            "modifiers: 'roughly' must be exact, approx, at_least or at_most",
        ),
        ({"modifiers": {"approx": {"around": ["about"]}}}, "modifiers: approx: 'around' must be before, after or far"),
        ({"shapes": {"jump": {"before": ["up"]}}}, "shapes: 'jump' must be"),
        ({"counters": "people"}, "counters: must be a list of words"),
        ({"variants": "abc"}, "variants: 'abc' must be two letters"),
    ],
)
def test_a_mistake_in_a_language_file_is_told_with_its_key(data: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message.split("'", maxsplit=1)[0]):
        build_pack("xx", {}, data)


def test_a_broken_file_is_told_with_its_name(tmp_path: Path) -> None:
    broken = tmp_path / "xx.yaml"
    broken.write_text("scales: {a: 1\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"xx\.yaml"):
        read_yaml(broken)
    broken.write_text("- a\n", encoding="utf-8")
    with pytest.raises(PackError, match="must hold keys and values"):
        read_yaml(broken)
