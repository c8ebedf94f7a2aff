"""What a number is depends on what it counts and on the words beside it."""

import pytest

from monitor.core.quantities import read_quantities
from monitor.core.types.figures import Shape
from monitor.packs.load import load_packs


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Meta will own 350,000 of Nvidia's H100 processors.", Shape.LEVEL),
        ("It holds 5% of the market.", Shape.SHARE),
        ("The assistant has almost 1 billion monthly users.", Shape.LEVEL),
        ("It sells 2 million a month.", Shape.RATE),
        ("It is used by 700 million people.", Shape.LEVEL),
        ("It increased the number of servers it owns by 50,000.", Shape.CHANGE),
        ("Headcount rose by 3,000.", Shape.CHANGE),
        ("Sales beat forecasts by $3 billion.", Shape.CHANGE),
        ("Es zählt 700 Millionen Nutzer.", Shape.LEVEL),
    ],
)
def test_the_shape_of_a_number(text: str, shape: Shape) -> None:
    language = "de" if text.startswith("Es ") else "en"
    assert [one.shape for one in read_quantities(text, language, load_packs())] == [shape]
