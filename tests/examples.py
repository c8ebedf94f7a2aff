"""How many examples the laws are tried on: a few by default, many with FIGUREWATCH_EXAMPLES=thorough.

Nothing here depends on time: a busy machine must not fail a law. With CI set, the examples are the same at each run:
a change is judged by what it changes; new examples are sought on the desks and by `make thorough`.
"""

import os

from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("FIGUREWATCH_EXAMPLES", "default")
THOROUGH = PROFILE == "thorough"
TIMES = 20  # how many times as many examples the thorough profile tries
SAME = bool(os.environ.get("CI"))
_FEW = 50
_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

_KEPT = {"database": None} if SAME else {}
_BASE = {"deadline": None, "suppress_health_check": _PATIENT, "derandomize": SAME, **_KEPT}
settings.register_profile("default", max_examples=_FEW, **_BASE)
settings.register_profile("thorough", max_examples=_FEW * TIMES, **_BASE)


def load() -> None:
    """Use the profile that the environment names."""
    settings.load_profile(PROFILE)


def examples(count: int, *more: HealthCheck) -> settings:
    """Settings for a law that needs `count` examples by default."""
    checks = [*_PATIENT, *more]
    return settings(**(_BASE | {"max_examples": count * (TIMES if THOROUGH else 1), "suppress_health_check": checks}))
