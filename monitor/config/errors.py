"""What is wrong with a configuration: every problem with its place and its remedy, all at once."""

from dataclasses import dataclass

from monitor.core.errors import FigurewatchError


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in the file, counted from 1 as editors do."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `key` is the dotted path as a user would say it, "" for the file itself."""

    place: Place
    key: str
    wrong: str
    remedy: str


class ConfigError(FigurewatchError):
    """The configuration cannot be used. `problems` holds all that was found, in the order of the file."""

    exit_code = 3

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        self.name = name
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(self.lines()))

    def lines(self) -> tuple[str, ...]:
        """One line a problem: `feeds.yaml:LINE:COL: key: what is wrong; what to do`."""
        return tuple(
            f"{self.name}:{p.place.line}:{p.place.column}: {p.key + ': ' if p.key else ''}{p.wrong}; {p.remedy}"
            for p in self.problems
        )
