"""`${NAME}` in the places that may hold a secret: from the environment, or from the file that NAME_FILE names."""

import re
from collections.abc import Mapping as Environment
from dataclasses import replace
from pathlib import Path

from monitor.config.document import Mapping, Node, Scalar, Sequence
from monitor.config.errors import Place, Problem
from monitor.config.model import SECRET_ONLY, SECRET_PLACES
from monitor.core.errors import FigurewatchError

_REFERENCE = re.compile(r"\$\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_HEADERS = re.compile(r"(?i)(authorization|cookie|.*(token|secret|api-?key|password).*)")
_SLACK_HOOK = re.compile(r"(?i)https?://hooks\.slack\.com/")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_MAX_SECRET = 65_536


class SecretMissingError(Exception):
    """No such variable, or its file cannot be read. Two arguments: what is wrong, and the remedy."""


def read_secret(name: str, env: Environment[str, str]) -> str | None:
    """The value of NAME, or of the file that NAME_FILE names; None when neither is set. Raises SecretMissingError."""
    if value := env.get(name):
        return value
    if not (file := env.get(f"{name}_FILE")):
        return None
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(_MAX_SECRET + 1)
        if len(data) > _MAX_SECRET:
            raise SecretMissingError(f"the file that {name}_FILE names is too long", "name the right file")
        return data.decode().strip("\r\n")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise SecretMissingError(f"the file of {name}_FILE cannot be read ({reason})", "check its path") from None


def expanded(text: str, env: Environment[str, str]) -> str:
    """A text that a user typed, its ${NAME}s replaced. Raises FigurewatchError."""
    expander = Expander(env)
    found = expander.expand(Scalar(Place(), text, text), SECRET_PLACES[0])
    for problem in expander.problems:
        raise FigurewatchError(f"{problem.wrong}; {problem.remedy}")
    return str(found.value) if isinstance(found, Scalar) else ""


class Expander:
    """Replaces references in a tree. Afterwards `problems` and `values` (the secrets themselves) are complete."""

    def __init__(self, env: Environment[str, str]) -> None:
        self.problems: list[Problem] = []
        self.values: set[str] = set()
        self._env = env

    def expand(self, node: Node, path: tuple[str, ...] = (), key: str = "") -> Node:
        """The tree with its references replaced; list positions are no part of a place's path."""
        if isinstance(node, Mapping):
            values = {
                name: self.expand(value, (*path, name), f"{key}.{name}" if key else name)
                for name, value in node.values.items()
            }
            return replace(node, values=values)
        if isinstance(node, Sequence):
            items = (self.expand(item, path, f"{key}[{index}]") for index, item in enumerate(node.items))
            return replace(node, items=tuple(items))
        return self._scalar(node, path, key)

    def _scalar(self, node: Scalar, path: tuple[str, ...], key: str) -> Scalar:
        if not isinstance(node.value, str) or "${" not in node.value:
            self._refuse_clear(node, path, key)
            return node
        if not any(_matches(path, place) for place in SECRET_PLACES):
            self._wrong(node.place, key, "${…} stands for secrets only", "write the value itself here")
            return Scalar(node.place, None, "")
        unread = _REFERENCE.sub("", node.value)
        if "${" in unread:
            self._wrong(node.place, key, "a ${ without its }", "write ${NAME}")
            return Scalar(node.place, None, "")
        failed = False

        def value_of(match: re.Match[str]) -> str:
            nonlocal failed
            value = self._value(match[1], node.place, key)
            failed = failed or value is None
            return value or ""

        text = _REFERENCE.sub(value_of, node.value)
        return Scalar(node.place, None if failed else text, "")

    def _value(self, name: str, place: Place, key: str) -> str | None:
        if not _NAME.fullmatch(name):
            self._wrong(place, key, f"${{{name[:40]}}} names no variable", "write ${NAME} with letters, digits and _")
            return None
        try:
            value = read_secret(name, self._env)
        except SecretMissingError as error:
            self._wrong(place, key, *error.args)
            return None
        if value is None:
            remedy = f"set {name}, or set {name}_FILE to the path of a file that holds it"
            self._wrong(place, key, f"the environment variable {name} is not set", remedy)
            return None
        if _CONTROL.search(value):
            wrong = f"the value of {name} has a line break or control character"
            self._wrong(place, key, wrong, "write it on one line")
            return None
        self.values.add(value)
        return value

    def _refuse_clear(self, node: Scalar, path: tuple[str, ...], key: str) -> None:
        if node.value is None:
            return
        proxy = path == ("polling", "proxy") and "@" in str(node.value)
        header = len(path) > 1 and path[-2] == "headers" and _SECRET_HEADERS.fullmatch(path[-1])
        hook = path[:2] == ("alerts", "slack") and _SLACK_HOOK.match(str(node.value))
        if header or hook or proxy or path in SECRET_ONLY:
            name = {"password": "SMTP_PASSWORD", "token": "SLACK_TOKEN", "proxy": "PROXY_URL"}.get(path[-1], "NAME")
            name = "SLACK_URL" if hook else name
            self._wrong(node.place, key, "a secret in the clear", f"write ${{{name}}} and set that variable")

    def _wrong(self, place: Place, key: str, wrong: str, remedy: str) -> None:
        self.problems.append(Problem(place, key, wrong, remedy))


def _matches(path: tuple[str, ...], place: tuple[str, ...]) -> bool:
    return len(path) == len(place) and all(want in ("*", have) for have, want in zip(path, place, strict=True))
