"""A story laid out for binding: paragraphs, sentences, quantities and, where asked for, the cues of a sentence."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from monitor.core.cues import CueIndex, Hit, plain
from monitor.core.text import Letters, paragraphs, sentences
from monitor.core.types.binding import PlaceWords
from monitor.core.types.figures import Quantity

_LEAD = 1500  # characters whose sentences matter even where they hold no figures


class Sentence(NamedTuple):
    """One sentence with the number of its paragraph; offsets into the text."""

    start: int
    end: int
    paragraph: int


class Words(NamedTuple):
    """What a text is searched for: the names of all languages and the cue words of its own."""

    language: str
    cues: CueIndex
    variants: Letters
    places: PlaceWords = PlaceWords()


class Layout:
    """One text (or one title) with its sentences and quantities; finds cues lazily, a sentence at a time."""

    def __init__(self, text: str, quantities: Sequence[Quantity], words: Words) -> None:
        self.text = text
        self.low = plain(text, words.variants)
        self.language = words.language
        self.places = words.places
        self.quantities = tuple(sorted(quantities, key=lambda quantity: (quantity.start, quantity.end)))
        self._words = words
        self._hits: dict[int, tuple[Hit, ...]] = {}
        self.clauses: dict[int, tuple[int, int]] = {}  # by where a quantity starts: the clause around it, once found
        self._starts = [sentence.start for sentence in self.sentences]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order; a paragraph is a line. Far down, one without figures counts as one sentence."""
        found: list[Sentence] = []
        starts = [quantity.start for quantity in self.quantities]
        for number, span in enumerate(paragraphs(self.text)):
            at = bisect_left(starts, span.start)
            if span.start > _LEAD and not (at < len(starts) and starts[at] < span.end):
                found.append(Sentence(span.start, span.end, number))
                continue
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
        return tuple(self._words.cues.find(self.low, self.text, start, end))

    def beside(self, offset: int) -> tuple[Quantity, ...]:
        """The quantities of the sentence that holds an offset, in order."""
        return self.within(self.sentence_of(offset))

    def within(self, number: int) -> tuple[Quantity, ...]:
        """The quantities of a sentence, in order."""
        return self._within.get(number, ())

    @cached_property
    def _within(self) -> dict[int, tuple[Quantity, ...]]:
        found: dict[int, list[Quantity]] = {}
        for quantity in self.quantities:
            found.setdefault(self.sentence_of(quantity.start), []).append(quantity)
        return {number: tuple(inside) for number, inside in found.items()}
