"""YAML bytes -> a tree of nodes that know their places; everything surprising in YAML is a mistake here.

Read from ruamel.yaml's events, not its objects: anchors, aliases, tags and duplicate keys are then seen before anything
is built from them, and `no`, `on` or `08:30` stay the text that was written (YAML 1.2's core schema, less octals).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from monitor.config.errors import Place, Problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 24
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?([0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18}|[0-9]{1,18})([eE][-+]?[0-9]{1,2})?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf: `value` as YAML understands it, `text` as written, `span` its offsets in the decoded text."""

    place: Place
    value: str | int | Decimal | bool | None
    text: str
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; `flow` when written in brackets."""

    place: Place
    items: "tuple[Node, ...]"
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; `keys` tells where each key stands, `flow` whether it is written in braces, `span` its offsets."""

    place: Place
    keys: dict[str, Place]
    values: "dict[str, Node]"
    flow: bool = False
    span: tuple[int, int] = (0, 0)


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> Any:
    """The node as Python data, without places."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.values.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def parse(data: bytes) -> tuple[Node | None, tuple[Problem, ...]]:
    """The document's tree, None if it cannot be read or is empty, and all that is wrong with its form."""
    text = ""
    try:
        text = decode(data)
        builder = _Builder(YAML(typ="rt", pure=True).parse(text))
        root = builder.document()
    except UnreadableError as error:
        return None, (error.problem,)
    except MarkedYAMLError as error:
        return None, (_syntax(error, text),)
    except (YAMLError, ValueError, RecursionError) as error:
        return None, (Problem(Place(), "", f"not YAML ({type(error).__name__})", "write it as the shipped feeds.yaml"),)
    return root, tuple(builder.problems)


class UnreadableError(Exception):
    """The bytes are no document at all; `problem` says where and why."""

    def __init__(self, place: Place, wrong: str, remedy: str) -> None:
        self.problem = Problem(place, "", wrong, remedy)
        super().__init__(wrong)


def decode(data: bytes) -> str:
    """UTF-8 with or without a mark, line ends as \\n. Raises UnreadableError, naming the place."""
    if len(data) > MAX_BYTES:
        raise UnreadableError(Place(), f"the file has {len(data)} bytes", f"keep it under {MAX_BYTES}")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(Place(), "the file is in UTF-16", "save it as UTF-8")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Place(before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1)
        byte = data[error.start]
        raise UnreadableError(place, f"byte 0x{byte:02x} is not UTF-8", "save the file as UTF-8") from None
    if control := _CONTROL.search(text):
        above, _, left = text[: control.start()].rpartition("\n")
        place = Place(above.count("\n") + (control.start() > len(left)) + 1, len(left) + 1)
        raise UnreadableError(place, f"control character U+{ord(control.group()):04X}", "remove it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _syntax(error: MarkedYAMLError, text: str) -> Problem:
    """A scanner's or parser's complaint in words; an open quote or bracket is shown where it was opened."""
    wrong = str(error.problem or error.context or "not YAML").strip()
    mark = error.problem_mark or error.context_mark
    unclosed = "end of stream" in wrong or "<stream end>" in wrong
    if unclosed and error.context_mark is not None:
        mark = error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark is not None else Place()
    if mark is not None and re.search(r"[\[{].*\$\{", text.split("\n")[mark.line]):
        return Problem(place, "", "${…} inside brackets", 'put it in quotes: "${NAME}"')
    if "\\t" in wrong:
        return Problem(place, "", "a tab cannot indent", "use spaces")
    if "cannot start any token" in wrong:
        return Problem(place, "", wrong, "put the value in quotes")
    if "mapping values are not allowed" in wrong:
        return Problem(place, "", "a second ':' in one line", "put the value in quotes, or check the indentation above")
    if unclosed:
        return Problem(place, "", "a quote or bracket is opened here and never closed", "close it")
    context = f"{error.context}: " if error.context else ""
    return Problem(
        place, "", f"{context}{wrong}".replace("\n", " "), "check indentation, quotes and brackets near here"
    )


class _Builder:
    """Builds the tree from events; what is wrong but readable is collected in `problems`."""

    def __init__(self, events: Iterator[Event]) -> None:
        self.problems: list[Problem] = []
        self._events = events

    def document(self) -> Node | None:
        """The first document's root; a second document is a mistake, no document is None."""
        root: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._wrong(event, "", "a second document begins", "remove the '---' line")
                    break
                root = self._node(next(self._events), "", 0)
        if isinstance(root, Scalar) and root.value is None:
            return None
        return root

    def _node(self, event: Event, path: str, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise UnreadableError(_place(event), f"nested more than {MAX_DEPTH} deep", "flatten it")
        if isinstance(event, AliasEvent):
            self._wrong(event, path, f"alias *{event.anchor}", "write the value out: aliases are not supported")
            return Scalar(_place(event), None, "")
        self._refuse_magic(event, path)
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, path, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(event, path, depth)
        if not isinstance(event, ScalarEvent):  # pragma: no cover - the parser's grammar has no other node
            raise UnreadableError(_place(event), "not a value", "remove it")
        return _scalar(event)

    def _mapping(self, start: Event, path: str, depth: int) -> Mapping:
        keys: dict[str, Place] = {}
        values: dict[str, Node] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, path, depth)
            here = f"{path}.{key}" if path else key
            value = self._node(next(self._events), here, depth + 1)
            if key in keys:
                first = keys[key].line
                self._wrong(event, here, f"written twice, first in line {first}", "keep one of the two")
            else:
                keys[key], values[key] = _place(event), value
        flow = bool(getattr(start, "flow_style", False))
        return Mapping(_place(start), keys, values, flow, (_span(start)[0], _span(event)[1]))

    def _key(self, event: Event, path: str, depth: int) -> str:
        if isinstance(event, ScalarEvent):
            self._refuse_magic(event, path)
            return str(event.value)
        self._wrong(event, path, "a key must be a word", "write 'key: value'")
        self._node(event, path, depth + 1)
        return ""

    def _sequence(self, start: Event, path: str, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, f"{path}[{len(items)}]", depth + 1))
        return Sequence(_place(start), tuple(items), bool(getattr(start, "flow_style", False)))

    def _refuse_magic(self, event: Event, path: str) -> None:
        if anchor := getattr(event, "anchor", None):
            self._wrong(event, path, f"anchor &{anchor}", "remove it: anchors are not supported")
        tag = getattr(event, "tag", None)
        if tag:
            self._wrong(event, path, f"tag {tag}", "remove it: tags are not supported")

    def _wrong(self, event: Event, path: str, wrong: str, remedy: str) -> None:
        self.problems.append(Problem(_place(event), path, wrong, remedy))


def _scalar(event: ScalarEvent) -> Scalar:
    text = str(event.value)
    value: str | int | Decimal | bool | None = text
    if event.style is None:  # plain: neither quoted nor a block
        if text.lower() in _WORDS:
            value = _WORDS[text.lower()]
        elif _INTEGER.fullmatch(text):
            value = int(text)
        elif _DECIMAL.fullmatch(text) and not re.fullmatch(r"0[0-9]+", text):
            value = Decimal(text)
    return Scalar(_place(event), value, text, _span(event))


def _span(event: Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    return (start.index, end.index) if start is not None and end is not None else (0, 0)


def _place(event: Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1) if mark is not None else Place()
