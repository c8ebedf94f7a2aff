"""The examples that metrics carry, run as a reader would meet them."""

from monitor.core.read import read_story
from monitor.core.types.binding import Metric, MetricExample
from monitor.core.types.figures import Figure, Story
from monitor.core.types.packs import Packs


def check_metric_examples(metric: Metric, packs: Packs) -> list[str]:
    """What is wrong with a metric's examples, in words; [] when each is read as it says."""
    return [failure for example in metric.examples if (failure := _failure(metric, example, packs))]


def _failure(metric: Metric, example: MetricExample, packs: Packs) -> str:
    story = Story("example", example.title, example.text, example.date, example.language)
    figures = read_story(story, packs).figures
    bound = [figure for figure in figures if _fits(metric.id, figure.metric)]
    where = f"{metric.id}: {example.text!r}"
    if example.low is None and example.high is None:
        return f"{where}: must not be read, but is: {bound[0].quantity.text}" if bound else ""
    hits = [f for f in bound if (f.quantity.low, f.quantity.high) == (example.low, example.high)]
    if not hits:
        return f"{where}: {_instead(bound or list(figures))}"
    if example.unit and all(figure.quantity.unit != example.unit for figure in hits):
        return f"{where}: the unit is {hits[0].quantity.unit}, not {example.unit}"
    periods = {figure.period.text if figure.period else None for figure in hits}
    if example.period is not None and example.period not in periods:
        return f"{where}: the period is {', '.join(str(one) for one in periods)}, not {example.period}"
    return ""


def _fits(family: str, metric: str | None) -> bool:
    """Whether a figure's metric is the one, or one of the family with a `<slot>`."""
    if metric is None or "<" not in family:
        return metric == family
    before, rest = family.split("<", 1)
    return metric.startswith(before) and metric.endswith(rest.split(">", 1)[1])


def _instead(figures: list[Figure]) -> str:
    if not figures:
        return "no number with a unit is read in it"
    first = figures[0]
    said = first.metric or "nothing"
    value = f"{first.quantity.low}..{first.quantity.high}"
    return f"{first.quantity.text!r} is read as {value}, bound to {said}: {first.reasons[0]}"
