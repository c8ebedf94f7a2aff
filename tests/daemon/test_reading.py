"""What metrics are called and may be, and reading figures in a process of one's own."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from daemon_process import QUIET, ROOT

from monitor.core.errors import FigurewatchError
from monitor.core.read import read_story
from monitor.core.types.figures import Story
from monitor.core.types.ledger import MetricRules
from monitor.daemon.process_reader import ProcessReader
from monitor.daemon.reader_process import answers
from monitor.daemon.reading import MetricTable, ThreadReader
from monitor.packs.load import load_packs

TABLE = MetricTable(
    [
        ["meta.capex", "capital expenditures", ["1e9", "1e12"], False],
        ["meta.datacenter.<site>.power", "capacity of a data centre", None, False],
        ["meta.datacenter.total.power", "capacity of all data centres", None, True],
        ["llama.downloads", "downloads of Llama", None, True],
        ["meta.chips", "Meta's own chips", None, False],
    ]
)
STORY = Story("s", "Meta", "Meta expects capital expenditures of $60 billion in 2025.", date(2025, 1, 29), "en")


def test_a_metric_is_called_by_its_company_or_by_what_fills_its_slot() -> None:
    assert TABLE.title("meta.capex") == ("Meta: capital expenditures", "Meta capital expenditures")
    assert TABLE.title("meta.datacenter.el_paso.power") == (
        "El Paso: capacity of a data centre",
        "El Paso capacity of a data centre",
    )
    assert TABLE.title("meta.chips")[1] == "Meta's own chips"
    assert TABLE.title("gone.metric") == ("gone.metric", "gone.metric")


def test_rules_come_from_the_exact_metric_before_the_family() -> None:
    assert TABLE.rules("meta.capex").plausible == (Decimal("1e9"), Decimal("1e12"))
    assert TABLE.rules("meta.datacenter.total.power").cumulative
    assert not TABLE.rules("meta.datacenter.titan.power").cumulative
    assert TABLE.rules("gone.metric") == MetricRules("gone.metric")


def test_another_process_reads_the_same_figures_as_this_one() -> None:
    async def run() -> tuple[object, object, object]:
        reader = ProcessReader((), ())
        try:
            first = await reader.read(STORY)
            again = await reader.read(STORY)
            return first.figures, again.figures, first.language
        finally:
            await reader.aclose()

    first, again, language = asyncio.run(run())
    here = read_story(STORY, load_packs())
    assert first == here.figures
    assert again == here.figures
    assert language == here.language


def test_both_readers_know_the_same_of_metrics_and_topics() -> None:
    apart, here = ProcessReader((), ()), ThreadReader(load_packs())
    for metric in ("meta.capex", "meta.datacenter.hyperion.power", "nothing"):
        assert apart.rules(metric) == here.rules(metric)
        assert apart.title(metric) == here.title(metric)
    text = "Meta builds a new data center for its AI."
    assert apart.assess("Meta", "", text, "en") == here.assess("Meta", "", text, "en")
    assert apart.assess("Meta", "", text, "en").matched


def test_a_text_that_takes_too_long_ends_its_process_and_the_next_is_read() -> None:
    async def run() -> int:
        reader = ProcessReader((), ())
        try:
            await reader.read(STORY)
            reader.companion.seconds = 0.0
            with pytest.raises(FigurewatchError, match="takes more than 0 s"):
                await reader.read(STORY)
            reader.companion.seconds = 60.0
            return len((await reader.read(STORY)).figures)
        finally:
            await reader.aclose()

    assert asyncio.run(run()) == 1


def test_a_process_that_dies_is_told_in_words() -> None:
    async def run() -> None:
        reader = ProcessReader((), ())
        reader.companion.command = ("false",)
        with pytest.raises(FigurewatchError, match=r"the figure reader gave up: its process .* \(status 1\)"):
            await reader.read(STORY)
        await reader.aclose()

    asyncio.run(run())


def test_what_nobody_foresaw_in_a_text_is_told_by_its_kind_and_others_are_read() -> None:
    async def run() -> int:
        reader = ProcessReader((), ())
        try:
            strange = replace(STORY, text=cast("str", ["no", "text"]))
            with pytest.raises(FigurewatchError, match=r"unforeseen \w+Error: a fault of this program"):
                await reader.read(strange)
            return len((await reader.read(STORY)).figures)
        finally:
            await reader.aclose()

    assert asyncio.run(run()) == 1


def test_a_reader_dies_with_the_daemon_that_asks_it(tmp_path: Path) -> None:
    daemon = (
        "import asyncio, sys\n"
        "from monitor.daemon.process_reader import ProcessReader\n"
        "from monitor.core.types.figures import Story\n"
        "async def main():\n"
        "    reader = ProcessReader((), ())\n"
        "    await reader.read(Story('s', 'Meta', 'Meta expects $60 billion.', None, 'en'))\n"
        "    print('read', file=sys.stderr, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    env = {**QUIET, "PYTHONPATH": str(ROOT), "FIGUREWATCH_DEBUG": "1"}
    words = [sys.executable, "-P", "-c", daemon]
    with subprocess.Popen(words, env=env, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"read\n"
        process.kill()
        process.wait()
        assert process.communicate(timeout=60)[1] == b""  # it ends with the last that can write to it


def test_a_process_without_work_is_let_go() -> None:
    async def run() -> bool:
        reader = ProcessReader((), (), idle=0.01)
        await reader.read(STORY)
        process = reader.companion.process
        assert process is not None
        await asyncio.wait_for(process.wait(), 60)
        await reader.aclose()
        return reader.companion.process is None

    assert asyncio.run(run())


def test_a_pack_with_a_mistake_is_told_by_both_of_its_users(tmp_path: Path) -> None:
    broken = tmp_path / "mine.yaml"
    broken.write_text("meta.mine: [not, a, metric]\n")
    with pytest.raises(FigurewatchError, match=r"mine\.yaml"):
        ProcessReader([broken], ()).load()
    broken.write_text("- not a topic\n")
    with pytest.raises(FigurewatchError, match=r"mine\.yaml"):
        ProcessReader((), [broken]).load()


def test_the_process_answers_a_line_with_a_line() -> None:
    lines = [
        b'{"metrics": [], "topics": []}\n',
        b'{"story": {"id": "a", "title": "", "text": "$5", "language": "en"}}\n',
    ]
    table, read = answers(lines)
    assert any(row[0] == "meta.capex" for row in table["table"])
    assert read["language"] == "en"
    (error,) = answers([b'{"metrics": ["/nowhere.yaml"], "topics": []}\n'])
    assert "nowhere.yaml" in error["error"]
