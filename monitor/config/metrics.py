"""Which metrics there are, and whether the configuration fits them: patterns that nothing matches, broken packs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from monitor.config import fields
from monitor.config.document import Mapping, Node, Scalar
from monitor.config.document import Sequence as Items
from monitor.config.errors import Problem
from monitor.config.paths import beside
from monitor.core.errors import FigurewatchError

_SLOT = re.compile(r"<\w+>")
_FORM = re.compile(fields.METRIC_PATTERN)


def may_match(pattern: str, metrics: Iterable[str]) -> bool:
    """Whether a glob can match any of these ids, whatever fills their slots ("meta.datacenter.<site>.power")."""
    filled = pattern.replace("*", "x").replace("?", "x")
    return pattern == "*" or any(
        fnmatchcase(metric, pattern) or fnmatchcase(filled, _SLOT.sub("*", metric)) for metric in metrics
    )


def check(root: Mapping, path: Path) -> Iterator[Problem]:
    """The metric and topic files of the user's own that cannot be read, and patterns that no tracked metric matches.

    Patterns are left alone while a file of metrics is wrong: what they are for may stand in it.
    """
    own: dict[str, bool] = {}
    broken = list(_files(root, path, own))
    yield from broken
    written = [(key, node) for key, node in _patterns(root) if node.value not in (None, "*")]
    if broken or not written:
        return
    tracked = [metric for metric, is_tracked in {**_shipped(), **own}.items() if is_tracked]
    for key, node in written:
        pattern = str(node.value).strip()
        if _FORM.fullmatch(pattern) and not may_match(pattern, tracked):
            yield Problem(node.place, key, f"{fields.shown(pattern)} matches no metric", _remedy(pattern, tracked))


def _files(root: Mapping, path: Path, own: dict[str, bool]) -> Iterator[Problem]:
    """Problems of the packs named; `own` takes the user's metrics, and whether each is tracked."""
    for name in ("metrics", "topics"):
        for key, node in _texts(root.values.get(name), name):
            from monitor.packs.binding import metrics_of  # only here: most configurations name no file
            from monitor.packs.load import load_metrics, load_topic

            file = beside(path, str(node.value))
            try:
                if not file.is_file():
                    continue  # that it is not there is said elsewhere
                if name == "topics":
                    load_topic(file)
                else:
                    own.update((metric.id, metric.tracked) for metric in metrics_of(load_metrics(file), file.name))
            except FigurewatchError as error:
                words = " ".join(str(error).replace(f"{file}: ", "").split())
                words = words if words.startswith(f"{file.name}: ") else f"{file.name}: {words}"
                yield Problem(node.place, key, words, "mend that file; CONTRIBUTING.md says what it holds")


@cache
def _shipped() -> dict[str, bool]:
    """The metrics that come with the program, and whether each is tracked."""
    from monitor.packs.binding import metrics_of
    from monitor.packs.load import files_of, read_yaml

    found = (metric for name, file in files_of("metrics").items() for metric in metrics_of(read_yaml(file), name))
    return {metric.id: metric.tracked for metric in found}


def _patterns(root: Mapping) -> Iterator[tuple[str, Scalar]]:
    """Every metric pattern of every audience, with its key."""
    for index, audience in enumerate(_items(root.values.get("alerts"))):
        if isinstance(audience, Mapping):
            yield from _texts(audience.values.get("metrics"), f"alerts[{index}].metrics")
            for number, rule in enumerate(_items(audience.values.get("rules"))):
                if isinstance(rule, Mapping):
                    yield from _texts(rule.values.get("metrics"), f"alerts[{index}].rules[{number}].metrics")


def _texts(node: Node | None, key: str) -> Iterator[tuple[str, Scalar]]:
    """The leaves of a list, or the one that stands for it."""
    many = isinstance(node, Items)
    for index, item in enumerate(_items(node)):
        if isinstance(item, Scalar) and item.value is not None:
            yield f"{key}[{index}]" if many else key, item


def _items(node: Node | None) -> Sequence[Node]:
    return node.items if isinstance(node, Items) else () if node is None else (node,)


def _remedy(pattern: str, tracked: Sequence[str]) -> str:
    """The pattern that was probably meant: an id with its slots open, or all below a prefix of one."""
    open_ids = [_SLOT.sub("*", metric) for metric in tracked]
    above = (f"{'.'.join(metric.split('.')[:length])}.*" for metric in open_ids for length in range(1, 4))
    close = get_close_matches(pattern, dict.fromkeys([*open_ids, *above]), n=1, cutoff=0.75)
    return f'did you mean "{close[0]}"?' if close else "'figurewatch figures list' shows those that have been read"
