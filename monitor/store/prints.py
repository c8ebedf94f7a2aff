"""Fingerprints as they are stored with the texts."""

import json
import sys
from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable

from monitor.core.dedup import RULES, Fingerprint
from monitor.store.types import json_text

# stored with the highest byte first, on every machine
_TURN: Callable[["array[int]"], None] = array.byteswap if sys.byteorder == "little" else lambda _hashes: None


def fingerprint_json(found: Fingerprint) -> str:
    """A text's fingerprint as JSON text, with the rules it was made by; its keys have a table of their own."""
    hashes = array("Q", found.hashes)
    _TURN(hashes)
    return json_text({"rules": RULES, "hashes": b2a_base64(hashes, newline=False).decode(), "scale": found.scale,
                      "size": found.size, "numbers": sorted(found.numbers)})  # fmt: skip


def fingerprint_of(text: str | None) -> Fingerprint | None:
    """What `fingerprint_json` wrote, without keys; None: it was made by other rules, or there is none."""
    data = json.loads(text) if text else None
    if not data or data.get("rules") != RULES:
        return None
    hashes = array("Q", a2b_base64(data["hashes"]))
    _TURN(hashes)
    return Fingerprint(tuple(hashes), data["scale"], (), data["size"], frozenset(data["numbers"]))
