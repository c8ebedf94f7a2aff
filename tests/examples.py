"""How many examples the laws are tried on: a few by default, many with FIGUREWATCH_EXAMPLES=thorough.

Nothing here depends on time: a busy machine must not fail a law.
"""

import os

from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("FIGUREWATCH_EXAMPLES", "default")
THOROUGH = PROFILE == "thorough"
TIMES = 20  # how many times as many examples the thorough profile tries
_FEW = 50
_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("default", max_examples=_FEW, deadline=None, suppress_health_check=_PATIENT)
settings.register_profile("thorough", max_examples=_FEW * TIMES, deadline=None, suppress_health_check=_PATIENT)


def load() -> None:
    """Use the profile that the environment names."""
    settings.load_profile(PROFILE)


def examples(count: int, *more: HealthCheck) -> settings:
    """Settings for a law that needs `count` examples by default."""
    return settings(
        max_examples=count * (TIMES if THOROUGH else 1), deadline=None, suppress_health_check=[*_PATIENT, *more]
    )
