"""The process that renders mails and pages: templates, fonts and pictures stay out of the daemon's memory.

An order is a line of JSON, answered by {"size": N} and N bytes. {"error": words, "lasting": bool} answers what could
not be rendered, and ends the process. The digest comes through a pipe, and nothing of it is written anywhere.
"""

import json
import os
import resource
import select
import signal
import sys
import threading
from dataclasses import fields
from typing import Any

from alerts.message import from_json, to_json
from alerts.rendering import Order, render

MEMORY = 1024**3
SECONDS = 60.0  # of the processor for one order
PASSING = (MemoryError, OSError, ImportError)  # a machine short of something, or a program that is being replaced


def main() -> None:
    """Serve until stdin ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # they may reach the whole group: the daemon decides
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=end_with_whoever_asks, daemon=True).start()
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write between our frames

    def send(head: dict[str, Any], body: bytes = b"") -> None:
        sink.write(json.dumps(head).encode() + b"\n" + body)
        sink.flush()

    def last(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if os.environ.get("FIGUREWATCH_DEBUG"):
            sys.__excepthook__(kind, error, trace)
        send(refusal(error))

    sys.excepthook = last
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


def end_with_whoever_asks() -> None:
    """A daemon that was killed waits for nothing: not even what is half rendered is finished."""
    gone = select.poll()
    gone.register(0, 0)  # that the other end has hung up is always told
    gone.poll()
    os._exit(1)


if __name__ == "__main__":
    main()
