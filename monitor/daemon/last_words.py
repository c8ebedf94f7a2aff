"""What a process says when it ends of something that nobody foresaw."""

import os
import sys
from typing import Any


def last_words(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """One line for the user; the traceback only for those who ask for it. For `sys.excepthook`."""
    if os.environ.get("FIGUREWATCH_DEBUG"):
        sys.__excepthook__(kind, error, trace)
        return
    words = " ".join(str(error).split())[:300]
    print(f"figurewatch: unforeseen {kind.__name__}: {words}", file=sys.stderr)
    print("This is a fault of the program. FIGUREWATCH_DEBUG=1 shows where it happened.", file=sys.stderr)
