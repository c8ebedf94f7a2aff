"""Reading one text with the shipped packs, for the tests of binding."""

from datetime import date
from functools import cache

from monitor.core.read import read_story
from monitor.core.types.figures import Figure, Story
from monitor.core.types.packs import Packs
from monitor.packs.load import load_packs

JULY = date(2025, 7, 31)


@cache
def packs() -> Packs:
    return load_packs()


def figures(text: str, day: date = JULY, language: str = "en", title: str = "") -> tuple[Figure, ...]:
    return read_story(Story("story", title, text, day, language), packs()).figures


def bound(text: str, day: date = JULY, language: str = "en", title: str = "") -> list[tuple[str, str]]:
    """Metric and period ("-" for none) of the bound figures, in the order of the text."""
    found = figures(text, day, language, title)
    return [(one.metric, one.period.text if one.period else "-") for one in found if one.metric]


def reading(text: str, day: date = JULY, language: str = "en", title: str = "") -> Figure:
    """The first bound figure of a text."""
    return next(one for one in figures(text, day, language, title) if one.metric)
