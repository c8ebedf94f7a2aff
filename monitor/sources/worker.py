"""The worker process: reads documents on stdin, answers on stdout, within bounds of memory and processor time.

The time is the processor's, so that a busy machine changes nothing: when it is used up, the kernel ends the process.

What nobody foresaw ends the process as well, for its state is doubtful then; its last frame says what kind it was.

A frame is a line of JSON, {"size": N, …}, followed by N bytes. It ends when stdin ends.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from monitor.sources.errors import DocumentError
from monitor.sources.jobs import JOBS


def main() -> None:
    """Serve until stdin ends. argv: memory in bytes, processor seconds a document."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent decides
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write between our frames
    sys.excepthook = last_frame(sink)
    send(sink, {"ready": True})
    while head := source.readline():
        request = json.loads(head)
        document = source.read(request["size"])
        signal.setitimer(signal.ITIMER_PROF, seconds)  # SIGPROF, which nobody handles, ends even what runs in C
        answer = _answer(request, document)
        signal.setitimer(signal.ITIMER_PROF, 0)
        send(sink, *answer)


def send(sink: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    """Write one frame."""
    sink.write(json.dumps({**head, "size": len(body)}).encode() + b"\n" + body)
    sink.flush()


def last_frame(sink: BinaryIO) -> Callable[[type[BaseException], BaseException, Any], None]:
    """For `sys.excepthook`: tells the kind of the exception, and where it was to those who debug."""

    def told(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if os.environ.get("FIGUREWATCH_DEBUG"):
            sys.__excepthook__(kind, error, trace)
        memory = issubclass(kind, MemoryError)
        send(sink, {"ok": False, "error": "memory" if memory else "unforeseen", "kind": kind.__name__, "last": True})

    return told


def _answer(request: dict[str, Any], document: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        return {"ok": True}, JOBS[request["job"]](request["params"], document)
    except DocumentError as error:
        kind = type(error).__name__
        return {"ok": False, "error": kind, "url": error.url, "what": error.what, "remedy": error.remedy}, b""
    except MemoryError:
        return {"ok": False, "error": "memory"}, b""
    except RecursionError:
        return {"ok": False, "error": "depth"}, b""


if __name__ == "__main__":
    main()
