"""How a process ended that said nothing."""

import signal


def killer(status: int | None) -> str | None:
    """The name of the signal that ended a process with this exit status; None where none did."""
    if status is None or status >= 0:
        return None
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
