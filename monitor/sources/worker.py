"""The worker process: reads documents on stdin, answers on stdout, within bounds of memory and processor time.

The time is the processor's, so that a busy machine changes nothing: when it is used up, the kernel ends the process.

A frame is a line of JSON, {"size": N, …}, followed by N bytes. It ends when stdin ends.
"""

import json
import os
import resource
import signal
import sys
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
