"""A file and an environment -> Config: form, then shape, then sense; all mistakes of all three are told together."""

import errno
from collections.abc import Mapping as Environment
from pathlib import Path

from pydantic import ValidationError

from monitor.config import metrics, sense
from monitor.config.build import build
from monitor.config.document import MAX_BYTES, Mapping, Node, parse, plain
from monitor.config.errors import ConfigError, Place, Problem
from monitor.config.locate import problem
from monitor.config.model import Document
from monitor.config.paths import find_config
from monitor.config.secrets import Expander, SecretMissingError, read_secret
from monitor.config.values import Config

__all__ = ["find_config", "load_config", "load_text"]


def load_config(path: Path, env: Environment[str, str]) -> Config:
    """The configuration in `path`. Raises ConfigError with every problem found; touches nothing but files named."""
    return load_text(_read(path), path, env)


def load_text(data: bytes, path: Path, env: Environment[str, str]) -> Config:
    """As load_config, for bytes that are (or are about to be) the content of `path`."""
    root, problems = parse(data)
    if root is None:
        raise ConfigError(path.name, problems or (_empty(),))
    if not isinstance(root, Mapping):
        wrong = Problem(root.place, "", "the file is not a mapping", "begin with 'feeds:' and list URLs below it")
        raise ConfigError(path.name, (*problems, wrong))
    expander = Expander(env)
    tree = expander.expand(root)
    found = [*problems, *expander.problems]
    document, misshapen = _shape(tree, found)
    found += misshapen
    found += sense.check(tree, path)
    found += metrics.check(root, path)
    database, wrong_env = _database(env)
    found += wrong_env
    if document is None or found:
        raise ConfigError(path.name, tuple(found))
    secrets = frozenset(expander.values | ({database} if database else set()))
    return build(document, path, env, database=database, secrets=secrets, written=_written(root))


def _written(root: Mapping) -> list[str]:
    """The feeds' URLs as the file has them, references and all. The tree is known to have the right shape."""
    return [str(item if isinstance(item, str) else item["url"]) for item in plain(root)["feeds"]]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        remedy = {
            errno.ENOENT: "write one (the shipped feeds.yaml is an example), or name it with --config",
            errno.EISDIR: "name the file in it",
            errno.EACCES: "give yourself the right to read it",
        }.get(error.errno or 0, "check the path")
        wrong = f"cannot be read ({error.strerror or type(error).__name__}: {path})"
        raise ConfigError(path.name, (Problem(Place(), "", wrong, remedy),)) from None


def _empty() -> Problem:
    return Problem(Place(), "feeds", "the file is empty", "begin with 'feeds:' and list URLs below it")


def _shape(tree: Node, known: list[Problem]) -> tuple[Document | None, list[Problem]]:
    """The models, or their complaints less those about a place that is already known to be wrong."""
    try:
        return Document.model_validate(plain(tree)), []
    except ValidationError as error:
        places = {each.place for each in known}
        found = (problem(each, tree, Document) for each in error.errors(include_url=False, include_input=False))
        return None, list(dict.fromkeys(each for each in found if each.place not in places))


def _database(env: Environment[str, str]) -> tuple[str | None, list[Problem]]:
    try:
        return read_secret("FIGUREWATCH_DATABASE_URL", env), []
    except SecretMissingError as error:
        return None, [Problem(Place(), "database", *error.args)]
