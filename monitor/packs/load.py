"""Packs from files to values: the lexicon that CLDR gave, and one YAML file a language on top of it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from monitor.core.errors import FigurewatchError
from monitor.core.types.binding import BindingPack
from monitor.core.types.packs import LanguagePack, Packs, Topic
from monitor.packs.binding import build_binding, metrics_of
from monitor.packs.language import build_pack
from monitor.packs.topic import build_topic


class PackError(FigurewatchError):
    """A pack file cannot be used: the message names the file, the key and the remedy."""

    exit_code = 3


class Languages(Mapping[str, LanguagePack]):
    """All languages of the lexicon by code; each is built when it is first asked for, and only once."""

    def __init__(self, lexicon: Mapping[str, Any], files: Mapping[str, Traversable]) -> None:
        self._lexicon = lexicon
        self._files = files
        self._built: dict[str, LanguagePack] = {}

    def __getitem__(self, code: str) -> LanguagePack:
        if code not in self._built:
            if code not in self._lexicon and code not in self._files:
                raise KeyError(code)
            file = self._files.get(code)
            try:
                data = read_yaml(file) if file else {}
                self._built[code] = build_pack(code, self._lexicon.get(code, {}), data)
            except (ValueError, TypeError, AttributeError) as error:
                message = f"{file.name if file else code}: {error}; see CONTRIBUTING.md for what a language file holds"
                raise PackError(message) from error
        return self._built[code]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._lexicon, *self._files}))

    def __len__(self) -> int:
        return len({*self._lexicon, *self._files})

    def written(self) -> tuple[str, ...]:
        """Codes of the languages that have a file of their own."""
        return tuple(sorted(self._files))


def read_yaml(file: Traversable) -> dict[str, Any]:
    """The mapping in a YAML file, as plain data; PackError with the place of a mistake."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise PackError(f"{file.name}: {error}") from error
    if not isinstance(data, dict):
        raise PackError(f"{file.name}: the file must hold keys and values")
    return data


def files_of(folder: str) -> dict[str, Traversable]:
    """The YAML files of one folder beside this module, by their name without ending."""
    root = resources.files("monitor.packs") / folder
    return {f.name.removesuffix(".yaml"): f for f in root.iterdir() if f.name.endswith(".yaml")}


@cache
def load_languages() -> Languages:
    """The languages that are shipped; one object a process, so that each language is compiled once."""
    text = (resources.files("monitor.packs") / "lexicon.json").read_text(encoding="utf-8")
    return Languages(json.loads(text)["languages"], files_of("languages"))


@cache
def shipped_version() -> str:
    """Twelve hexadecimal digits over every shipped pack file: another version may read other figures."""
    digest = hashlib.sha256()
    digest.update((resources.files("monitor.packs") / "lexicon.json").read_bytes())
    for folder in ("languages", "metrics", "entities", "topics"):
        for name, file in sorted(files_of(folder).items()):
            digest.update(name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def shipped_topics() -> tuple[Topic, ...]:
    """The topics that are shipped, by name."""
    return tuple(load_topic(file) for _, file in sorted(files_of("topics").items()))


def load_topic(file: Traversable) -> Topic:
    """The topic of one YAML file; PackError names the file, the key and the remedy."""
    try:
        return build_topic(read_yaml(file))
    except (ValueError, TypeError, OSError) as error:
        raise PackError(f"{file.name}: {error}") from error


@cache
def shipped_binding() -> BindingPack:
    """Metrics, names and cue words that are shipped; one object a process, so that it is compiled once."""
    return _binding({}, shipped_version())


def _binding(extra: Mapping[str, Any], version: str) -> BindingPack:
    metrics = {name: read_yaml(file) for name, file in files_of("metrics").items()}
    entities = {name: read_yaml(file) for name, file in files_of("entities").items()}
    try:
        return build_binding(load_languages(), metrics, entities, extra, version)
    except (ValueError, TypeError, AttributeError) as error:
        raise PackError(str(error)) from error


def load_metrics(path: Path) -> dict[str, Any]:
    """The metrics of a user's file, checked one by one; PackError names the file, the metric and the remedy."""
    try:
        data = read_yaml(path)
        metrics_of(data, path.name)
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise PackError(f"{path}: {error}") from error
    return data


def load_packs(*, extra_metrics: Sequence[Path] = (), extra_topics: Sequence[Path] = ()) -> Packs:
    """Everything that figures are read with.

    `extra_metrics` and `extra_topics` are files of the user's own: their metrics replace shipped ones of the same id,
    their topics come first.
    """
    topics = (*(load_topic(path) for path in extra_topics), *shipped_topics())
    own = {key: value for path in extra_metrics for key, value in load_metrics(path).items()}
    version = shipped_version()
    if own:
        version = hashlib.sha256(f"{version}{sorted(map(str, own.items()))}".encode()).hexdigest()[:12]
    binding = _binding(own, version) if own else shipped_binding()
    return Packs(languages=load_languages(), version=version, topics=topics, binding=binding)
