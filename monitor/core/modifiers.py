"""Words that hedge a value: over, nearly, up to, 以上, 近く, bis zu, kadar; before it or behind it."""

from typing import NamedTuple

from monitor.core.types.figures import Modifier
from monitor.core.vocabulary import Vocabulary

FAR = 14  # characters that may stand between a far cue and its number where words are written without spaces
_OPENERS = frozenset(" (\"'[")
_QUOTES = frozenset(" '\"")
_BREAKS = frozenset(".,;:!?()\n。、,;:!?「」")


class Hedge(NamedTuple):
    """A cue with the span that it and the amount take together."""

    modifier: Modifier
    start: int
    end: int
    ahead: bool  # the cue stands before the amount


class Modifiers:
    """Finds the cue of an amount."""

    def __init__(self, vocabulary: Vocabulary, text: str, low: str) -> None:
        self.v = vocabulary
        self.text = text
        self.low = low

    def of(self, start: int, end: int, floor: int) -> Hedge | None:
        """The hedge of the amount at [start, end); nothing before `floor` is looked at. A bound beats "about"."""
        before = self._before(start, end, floor)
        after = self._after(start, end)
        if before and after:
            return before if after.modifier is Modifier.APPROX else after
        return before or after or self._far(start, end, floor)

    def _before(self, start: int, end: int, floor: int) -> Hedge | None:
        at = start
        for _ in range(4):
            cue = self.v.before_cues.before(self.text, self.low, at)  # plus d'un millier: the cue ends in an apostrophe
            while cue is None and at > floor and self.low[at - 1] in _OPENERS:
                at -= 1
                if at == floor or self.low[at - 1] not in _OPENERS:
                    cue = self.v.before_cues.before(self.text, self.low, at)
            if cue and cue.start >= floor:
                return Hedge(cue.value.modifier, cue.start, end, ahead=True)
            filler = self.v.fillers.before(self.text, self.low, at)
            if filler is None or filler.start < floor:
                return None
            at = filler.start
        return None

    def _after(self, start: int, end: int) -> Hedge | None:
        at = end
        for _ in range(2):
            cue = self.v.after_cues.at(self.text, self.low, at)  # 1 GW'tan fazla: the cue begins with an apostrophe
            while cue is None and at < len(self.low) and self.low[at] in _QUOTES:
                at += 1
                cue = self.v.after_cues.at(self.text, self.low, at)
            if cue:
                return Hedge(cue.value.modifier, start, cue.end if at - end < 3 else end, ahead=False)
            if self.low[at : at + 1] != "(":
                return None
            close = self.low.find(")", at, at + 40)  # 15億ドル(約2260億円)強: the cue stands behind a conversion
            if close < 0:
                return None
            at = close + 1
        return None

    def _far(self, start: int, end: int, floor: int) -> Hedge | None:
        if not self.v.far_cues:
            return None
        window = self.low[max(floor, start - FAR) : start]
        for position in range(len(window) - 1, -1, -1):
            if window[position] in _BREAKS or window[position].isdigit():
                window = window[position + 1 :]
                break
        for cue in self.v.far_cues:
            if cue.text in window:
                return Hedge(cue.modifier, start, end, ahead=True)
        return None
