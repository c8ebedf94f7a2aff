"""Mutate documents for as long as you like, led by the branches they reach: `make fuzz`, or `fuzz.py KIND -runs=1000`.

The kinds are those of the wounded documents in the tests, which go without it. It needs atheris, which `make fuzz`
puts in a folder of its own. What breaks a rule is written to KIND-crash-… where you are, and belongs in a test.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS / folder) for folder in ("", "sources", "config", "core")]

with atheris.instrument_imports(include=["monitor", "feedparser", "json"]):
    import test_config_fuzz as config
    import test_fuzz_feeds as feeds
    import test_fuzz_opml as opml
    import test_fuzz_pages as pages

    from monitor.core.read import read_story
    from monitor.core.types.figures import Story
    from monitor.packs.load import load_packs

_packs = load_packs()


def figures(data: bytes) -> None:
    """A story in the language that its first byte names: every figure stands where it says it does."""
    languages = sorted(_packs.languages)
    text = data[1:].decode("utf-8", "replace")
    language = languages[(data or b"\0")[0] % len(languages)]
    for figure in read_story(Story("one", "", text, None, language), _packs).figures:
        quantity = figure.quantity
        assert text[quantity.start : quantity.end] == quantity.text


TARGETS: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
    "feed": (feeds.seen, [text.encode() for text in feeds.FEEDS.values()]),
    "page": (pages.seen, [text.encode() for text in pages.PAGES.values()]),
    "opml": (opml.imported, [opml.OPML]),
    "config": (config.outcome, [config.SHIPPED[:4_000]]),
    "figures": (figures, [b"\x00" + feeds.LINE.encode()]),
}


def main(name: str, *options: str) -> None:
    """Fuzz one target until libFuzzer's options end it."""
    target, samples = TARGETS[name]
    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(samples):
            (Path(folder) / str(number)).write_bytes(sample)
        atheris.Setup(["fuzz", f"-artifact_prefix={name}-", *options, folder], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
