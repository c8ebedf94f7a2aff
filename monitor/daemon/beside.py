"""The other side of monitor.daemon.companion: how a process beside the daemon begins, answers and ends."""

import json
import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol


class Send(Protocol):
    """Writes one answer: a line of JSON, and what its "size" announces."""

    def __call__(self, head: dict[str, Any], body: bytes = b"") -> None: ...


def begin(memory: int, refusal: Callable[[BaseException], dict[str, Any]]) -> Send:
    """Bound this process to so many bytes, and to whoever asks; what to answer with.

    What nobody foresaw is answered by `refusal`, and ends the process.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # they may reach the whole group: the daemon decides
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write between our answers
    threading.Thread(target=_end_with_whoever_asks, args=(sink.fileno(),), daemon=True).start()

    def send(head: dict[str, Any], body: bytes = b"") -> None:
        sink.write(json.dumps(head).encode() + b"\n" + body)
        sink.flush()

    def last(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if os.environ.get("FIGUREWATCH_DEBUG"):
            sys.__excepthook__(kind, error, trace)
        send(refusal(error))

    sys.excepthook = last
    return send


def _end_with_whoever_asks(sink: int) -> None:
    """Nobody waits for what a daemon that was killed had asked: it is not even finished."""
    gone = select.poll()
    gone.register(sink, 0)  # that nobody reads at the other end is always told
    gone.poll()
    os._exit(1)
