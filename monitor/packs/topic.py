"""A topic from the plain data of its YAML file."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.core.types.packs import Lists, Topic, TopicExample, TopicWords

_SIDES = {"any", "maybe", "near", "none", "all"}
_KEYS = {"id", "title", "within", "subject", "about", "examples"}


def build_topic(data: Mapping[str, Any]) -> Topic:
    """The topic a file describes; ValueError and TypeError name the key and the remedy."""
    _known(data, _KEYS, "the topic")
    for key in ("id", "subject", "about"):
        if key not in data:
            raise ValueError(f"{key} is missing: a topic needs id, subject and about")
    within = data.get("within", 250)
    if not isinstance(within, int) or isinstance(within, bool) or not 1 <= within <= 100_000:
        raise ValueError(f"within: {within!r} is no number of characters between 1 and 100000")
    subject, about = _words(data["subject"], "subject"), _words(data["about"], "about", english=True)
    if not (subject.any or subject.maybe) or not about.any:
        raise ValueError("subject and about each need a list any: it holds at least one word")
    name = str(data["id"])
    return Topic(name, str(data.get("title") or name), subject, about, within, _examples(data.get("examples") or ()))


def _known(data: Any, keys: set[str], place: str) -> None:
    if not isinstance(data, Mapping):
        raise TypeError(f"{place} must hold keys and values")
    if unknown := sorted(str(key) for key in data if key not in keys):
        raise ValueError(f"{place}: unknown key {unknown[0]!r}; known are {', '.join(sorted(keys))}")


def _words(data: Any, place: str, *, english: bool = False) -> TopicWords:
    _known(data, _SIDES, place)
    lists = {key: _lists(data.get(key) or {}, f"{place}.{key}") for key in ("any", "maybe", "near", "none")}
    return TopicWords(**lists, all=_list(data.get("all") or (), f"{place}.all"), english=english)


def _lists(data: Any, place: str) -> Lists:
    """Lists by language; a bare list is for every language."""
    if isinstance(data, Sequence) and not isinstance(data, str):
        data = {"*": data}
    if not isinstance(data, Mapping):
        raise TypeError(f'{place} must be a list of words, or lists by language ("*" for all)')
    return tuple((str(code), _list(words, f"{place}.{code}")) for code, words in data.items())


def _list(data: Any, place: str) -> tuple[str, ...]:
    if isinstance(data, str) or not isinstance(data, Sequence):
        raise TypeError(f"{place} must be a list of words")
    for word in data:
        if not isinstance(word, str):
            raise TypeError(f"{place}: {word!r} is read as {type(word).__name__}; put it in quotes")
        if not word.strip("* "):
            raise ValueError(f"{place}: {word!r} would stand for anything; write the beginning of a word before the *")
    return tuple(data)


def _examples(data: Any) -> tuple[TopicExample, ...]:
    if isinstance(data, str) or not isinstance(data, Sequence):
        raise TypeError("examples must be a list of {language, match, text}")
    made = []
    for number, row in enumerate(data, 1):
        _known(row, {"language", "match", "text", "title"}, f"example {number}")
        if not isinstance(row.get("match"), bool) or not row.get("text"):
            raise ValueError(f"example {number}: needs a text, and match: true or false")
        title = str(row.get("title") or "")
        made.append(TopicExample(str(row["text"]), str(row.get("language") or ""), row["match"], title))
    return tuple(made)
