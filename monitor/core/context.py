"""A story laid out for binding: paragraphs, sentences, quantities and, where asked for, the cues of a sentence."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from monitor.core.cues import CueIndex, Hit, plain
from monitor.core.text import paragraphs, sentences
from monitor.core.types.figures import Quantity


class Sentence(NamedTuple):
    """One sentence with the number of its paragraph; offsets into the text."""

    start: int
    end: int
    paragraph: int


class Layout:
    """One text (or one title) with its sentences and quantities; finds cues lazily, a sentence at a time."""

    def __init__(
        self,
        text: str,
        quantities: Sequence[Quantity],
        language: str,
        words: Mapping[str, CueIndex],
        names: CueIndex,
        variants: Mapping[int, str],
        published: date | None,
    ) -> None:
        self.text = text
        self.low = plain(text, variants)
        self.language = language
        self.published = published
        self.quantities = tuple(sorted(quantities, key=lambda quantity: (quantity.start, quantity.end)))
        self._words = words
        self._names = names
        self._hits: dict[int, tuple[Hit, ...]] = {}
        self._starts = [sentence.start for sentence in self.sentences]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order; a paragraph is a line."""
        found: list[Sentence] = []
        for number, span in enumerate(paragraphs(self.text)):
            piece = self.text[span.start : span.end]
            found.extend(Sentence(span.start + s.start, span.start + s.end, number) for s in sentences(piece))
        return tuple(found)

    def sentence_of(self, offset: int) -> int:
        """Number of the sentence that holds the offset (the one before it when between two)."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def hits(self, number: int) -> tuple[Hit, ...]:
        """The cues of a sentence, in order."""
        if number not in self._hits:
            sentence = self.sentences[number]
            self._hits[number] = self._find(sentence.start, sentence.end)
        return self._hits[number]

    def _find(self, start: int, end: int) -> tuple[Hit, ...]:
        found = self._names.find(self.low, self.text, start, end)
        index = self._words.get(self.language)
        if index is not None:
            found += index.find(self.low, self.text, start, end)
        return tuple(sorted(found))

    def within(self, number: int) -> tuple[Quantity, ...]:
        """The quantities of a sentence, in order."""
        sentence = self.sentences[number]
        return tuple(q for q in self.quantities if sentence.start <= q.start < sentence.end)
