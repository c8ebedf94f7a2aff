"""Pydantic's findings -> places in the file, words and remedies."""

import re
from collections.abc import Sequence as Items
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from monitor.config.document import Mapping, Node, Scalar, Sequence
from monitor.config.errors import Place, Problem
from monitor.config.fields import shown

_KINDS = {
    "string_type": ("text", "write a word or a sentence, in quotes if it looks like a number"),
    "bool_type": ("true or false", "write true or false"),
    "int_type": ("a whole number", "write a whole number, without quotes"),
    "list_type": ("a list", "start each line below with '- '"),
    "dict_type": ("a mapping", "write 'key: value' lines below"),
    "model_type": ("a mapping", "write 'key: value' lines below"),
    "model_attributes_type": ("a mapping", "write 'key: value' lines below"),
    "decimal_type": ("a number", "write a number as 1.5 or 1e9"),
    "decimal_parsing": ("a number", "write a number as 1.5 or 1e9"),
}

_BOUNDS = {
    "too_short": ("is empty", "write at least one entry"),
    "string_too_short": ("is empty", "write something, or leave the key out"),
    "greater_than_equal": ("is too small", "write {ge} or more"),
    "greater_than": ("is too small", "write more than {gt}"),
    "less_than_equal": ("is too large", "write {le} or less"),
    "less_than": ("is too large", "write less than {lt}"),
}


def problem(error: ErrorDetails, root: Node, model: type[BaseModel]) -> Problem:
    """One finding as a Problem."""
    loc = tuple(part for part in error["loc"] if part != "[key]")
    place, key, node = _find(root, loc)
    kind, context = error["type"], error.get("ctx", {})
    if kind == "figurewatch":
        wrong = str(context["wrong"])
        if isinstance(node, Scalar) and node.value is not None and not node.text:  # a secret: never shown
            wrong = wrong.replace(shown(node.value), "the value")
        return Problem(place, key, wrong, str(context["remedy"]))
    if kind == "extra_forbidden":
        return _unknown(root, loc, model)
    if kind == "missing":
        name = str(loc[-1])
        return Problem(place, key, "missing", f"add '{name}: …' here")
    if kind in {"enum", "literal_error"}:
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        close = get_close_matches(str(getattr(node, "text", "")).lower(), choices, n=1)
        remedy = f'did you mean "{close[0]}"?' if close else f"write one of: {', '.join(choices)}"
        return Problem(place, key, f"{_value(node)} is not one of the choices", remedy)
    if kind in _KINDS:
        wanted, remedy = _KINDS[kind]
        return Problem(place, key, f"{_value(node)} is not {wanted}", remedy)
    if kind in _BOUNDS:
        wrong, remedy = _BOUNDS[kind]
        return Problem(place, key, f"{_value(node)} {wrong}", remedy.format(**context))
    limits = ", ".join(str(value) for value in context.values())
    words = error["msg"].removeprefix("Input should ").removeprefix("Value should ")
    return Problem(place, key, f"{_value(node)} should {words}", f"write a value within the limit ({limits})")


def _find(root: Node, loc: Items[str | int]) -> tuple[Place, str, Node]:
    """The deepest node on the way, its place and key. Steps that a shorthand added are not in the file: skipped."""
    node, key, place = root, "", root.place
    for part in loc:
        if isinstance(node, Mapping) and isinstance(part, str):
            key = f"{key}.{part}" if key else part
            if part not in node.values:
                break
            node = node.values[part]
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node, key = node.items[part], f"{key}[{part}]"
        elif isinstance(part, str):
            key = f"{key}.{part}" if key else part
        place = node.place
    return place, key, node


def _value(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.value is None else shown(node.text) if node.text else "the value"


def _unknown(root: Node, loc: Items[str | int], model: type[BaseModel]) -> Problem:
    _, parent_key, parent = _find(root, loc[:-1])
    name = str(loc[-1])
    place = parent.keys.get(name, parent.place) if isinstance(parent, Mapping) else parent.place
    names = _names(model, loc[:-1])
    close = get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    remedy = f'did you mean "{close[0]}"?' if close else f"use one of: {', '.join(names)}"
    key = f"{parent_key}.{name}" if parent_key else name
    return Problem(place, key, "unknown key", remedy)


def _names(model: type[BaseModel], loc: Items[str | int]) -> list[str]:
    """The keys that the model at `loc` knows."""
    for part in loc:
        if isinstance(part, str) and part in model.model_fields:
            model = _inner(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if found := _inner(part):
            return found
    origin = getattr(annotation, "__origin__", None)
    return _inner(origin) if origin is not None and origin is not annotation else None
