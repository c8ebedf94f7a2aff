"""Seed cards as YAML files: written for people to read and correct, read back with every mistake at its line."""

import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.core.errors import FigurewatchError
from monitor.core.notation import read_claim, write_claim
from monitor.core.types.figures import Status
from monitor.core.types.ledger import SeriesKey
from monitor.core.types.seeds import SeedCard, SeedFigure

HEAD = """\
# A known story: its figures are the baseline, never alerted. Made by `figurewatch seeds add`; correct it by hand.
# value: 39.071e9 as printed · ~600e3 about · >=350e3 at least · <=72e9 at most · 64e9..72e9 a range
"""
_CARD_KEYS = ("id", "language", "date", "source", "title", "url", "figures", "fingerprint")
_FIGURE_KEYS = ("metric", "period", "unit", "value", "status", "speaker", "printed", "evidence")
_OPTIONAL = frozenset({"url", "title", "period", "speaker"})


class CardError(FigurewatchError):
    """A seed card cannot be used; every problem on a line of its own, with file, line and remedy."""

    exit_code = 3


def write_card(card: SeedCard) -> str:
    """The card as YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import LiteralScalarString

    data: dict[str, Any] = {
        "id": card.id,
        "language": card.language,
        "date": card.date,
        "source": card.source,
        "title": card.title,
        "url": card.url,
        "figures": [_figure_row(figure) for figure in card.figures],
        "fingerprint": LiteralScalarString(card.fingerprint + "\n"),
    }
    out = io.StringIO()
    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(data, out)
    return HEAD + out.getvalue()


def load_card(path: Path) -> SeedCard:
    """Read a card. Raises CardError with every problem."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CardError(f"{path}: {error.strerror or error}; check the file's name and its permissions") from None
    except UnicodeDecodeError as error:
        raise CardError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    return parse_card(text, path.name)


def parse_card(text: str, name: str) -> SeedCard:
    """The card that the YAML text writes. Raises CardError with every problem."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        data = YAML().load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CardError(f"{name}:{line}: {error.problem or 'not YAML'}; mend the YAML") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise CardError(f"{name}:1: not YAML ({type(error).__name__}); mend the YAML") from None
    return _Reader(name).card(data)


class _Reader:
    """Turns loaded YAML into a card and collects what is wrong with it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._problems: list[str] = []

    def card(self, data: object) -> SeedCard:
        if not isinstance(data, Mapping):
            raise CardError(f"{self._name}:1: not a card; a card is a mapping with the keys {', '.join(_CARD_KEYS)}")
        self._keys(data, _CARD_KEYS)
        rows = data.get("figures") or ()
        figures = tuple(self._figure(row) for row in rows) if isinstance(rows, list | tuple) else ()
        if not isinstance(rows, list | tuple):
            self._say(data, "figures", "not a list", "begin each figure with a dash")
        date = data.get("date")
        if isinstance(date, dt.datetime):
            date = date.date()
        if not isinstance(date, dt.date):
            self._say(data, "date", f"{date!r} is no date", "write it as 2025-04-30")
            date = dt.date.min
        if self._problems:
            raise CardError("\n".join(self._problems))
        texts = {key: str(data.get(key) or "") for key in _CARD_KEYS}
        return SeedCard(
            id=texts["id"],
            language=texts["language"],
            date=date,
            source=texts["source"],
            title=texts["title"],
            url=texts["url"],
            fingerprint=texts["fingerprint"].strip(),
            figures=tuple(figure for figure in figures if figure is not None),
        )

    def _figure(self, row: object) -> SeedFigure | None:
        if not isinstance(row, Mapping):
            self._problems.append(f"{self._name}:1: figures: {row!r} is not a mapping; give {', '.join(_FIGURE_KEYS)}")
            return None
        self._keys(row, _FIGURE_KEYS)
        claim = read_claim(str(row.get("value", "")))
        if claim is None:
            self._say(row, "value", f"{row.get('value')!r} is no value", "write it like 64e9..72e9, ~600e3 or >=350e3")
        status = str(row.get("status", ""))
        if status not in set(Status):
            self._say(row, "status", f"{status!r} is no status", f"use one of {', '.join(Status)}")
        if claim is None or status not in set(Status):
            return None
        return SeedFigure(
            series=SeriesKey(str(row.get("metric", "")), str(row.get("period") or ""), str(row.get("unit", ""))),
            claim=claim,
            status=Status(status),
            speaker=str(row["speaker"]) if row.get("speaker") else None,
            printed=str(row.get("printed", "")),
            evidence=str(row.get("evidence", "")),
        )

    def _keys(self, data: Mapping[Any, Any], known: tuple[str, ...]) -> None:
        for key in data:
            if key not in known:
                self._say(data, key, "unknown key", f"use {', '.join(known)}")
        for key in known:
            if key not in _OPTIONAL and data.get(key) in (None, "") and key != "value":
                self._say(data, key, "missing", "give it")

    def _say(self, data: Mapping[Any, Any], key: object, wrong: str, remedy: str) -> None:
        places = getattr(data, "lc", None)
        lines = getattr(places, "data", None) or {}
        line = lines[key][0] if key in lines else getattr(places, "line", 0) or 0
        self._problems.append(f"{self._name}:{line + 1}: {key}: {wrong}; {remedy}")


def _figure_row(figure: SeedFigure) -> dict[str, Any]:
    row: dict[str, Any] = {"metric": figure.series.metric}
    if figure.series.period:
        row["period"] = figure.series.period
    row |= {"unit": figure.series.unit, "value": write_claim(figure.claim), "status": str(figure.status)}
    if figure.speaker:
        row["speaker"] = figure.speaker
    return row | {"printed": figure.printed, "evidence": figure.evidence}
