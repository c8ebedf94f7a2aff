"""The process that renders mails and pages: templates, fonts and pictures stay out of the daemon's memory.

An order is a line of JSON, answered by {"size": N} and N bytes. {"error": words, "lasting": bool} answers what could
not be rendered, and ends the process. The digest comes through a pipe, and nothing of it is written anywhere.
"""

import json
import signal
import sys
from dataclasses import fields
from typing import Any

from alerts.message import from_json, to_json
from alerts.rendering import Order, render
from monitor.daemon.beside import begin

MEMORY = 1024**3
SECONDS = 60.0  # of the processor for one order
PASSING = (MemoryError, OSError, ImportError)  # a machine short of something, or a program that is being replaced


def main() -> None:
    """Serve until stdin ends."""
    send = begin(MEMORY, refusal)
    for line in iter(sys.stdin.buffer.readline, b""):
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # SIGPROF, which nobody handles, ends even what runs in C
        made = render(read(line))
        signal.setitimer(signal.ITIMER_PROF, 0)
        send({"size": len(made)}, made)


def written(order: Order) -> bytes:
    """An order as a line."""
    head = {field.name: getattr(order, field.name) for field in fields(order)}
    return json.dumps(head | {"message": to_json(order.message)}).encode()


def read(line: bytes) -> Order:
    """The order that a line holds."""
    head = json.loads(line)
    return Order(**head | {"message": from_json(head["message"])})


def refusal(error: BaseException) -> dict[str, Any]:
    """What is answered to an order that failed so: whether to try again, in words that show nothing of the digest."""
    kind = type(error).__name__
    if isinstance(error, PASSING):
        return {"error": f"{kind}; is there memory, and is the installation whole?", "lasting": False}
    return {"error": f"an unforeseen {kind}: a fault of this program", "lasting": True}


if __name__ == "__main__":
    main()
