"""What a series' unit says about it."""


def is_currency(unit: str) -> bool:
    """Whether a unit is an ISO 4217 code."""
    return len(unit) == 3 and unit.isalpha() and unit.isupper()
