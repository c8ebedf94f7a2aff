"""Content codings: gzip and nothing else, decoded within a bound."""

import zlib

_STEP = 256 * 1024  # decoded bytes a step: a bomb costs at most this much beyond its limit
_GZIP_MAGIC = b"\x1f\x8b"
PLAIN = ("", "identity")
GZIP = ("gzip", "x-gzip")


class CodingError(ValueError):
    """The body is not in the coding it claims, or is cut."""


class TooMuch(ValueError):  # noqa: N818 - named for what it says, as the room's own signal
    """The decoded body is bigger than its limit."""


class Body:
    """Collects a body chunk by chunk: `add` wire bytes, then `finish`.

    `limit` counts decoded bytes. `cut`: stop there quietly (`full` turns true) instead of raising TooMuch.
    A server that says gzip and sends plain bytes is taken at its bytes.
    """

    def __init__(self, coding: str, limit: int, *, cut: bool = False) -> None:
        name = coding.strip().lower()
        if name not in PLAIN + GZIP:
            raise CodingError(f"the body comes in the coding {name[:40]!r}, which was not asked for")
        self._gzip = name in GZIP
        self._limit = limit
        self._cut = cut
        self._started = False
        self._inflate = zlib.decompressobj(wbits=31)
        self._parts: list[bytes] = []
        self._size = 0
        self.full = False

    def add(self, data: bytes) -> None:
        """Take the next bytes off the wire. Raises CodingError or TooMuch."""
        if not data or self.full:
            return
        if not self._started:
            self._started = True
            self._gzip = self._gzip and data[:2] == _GZIP_MAGIC[: len(data)]
        if self._gzip:
            self._add_gzip(data)
        else:
            self._keep(data)

    def _add_gzip(self, data: bytes) -> None:
        while data and not self.full:
            if self._inflate.eof:  # another member follows; zero bytes are padding
                if not data.strip(b"\0"):
                    return
                self._inflate = zlib.decompressobj(wbits=31)
            try:
                self._keep(self._inflate.decompress(data, _STEP))
            except zlib.error as error:
                raise CodingError("the gzip data are damaged") from error
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def _keep(self, data: bytes) -> None:
        room = self._limit - self._size
        if len(data) > room:
            if not self._cut:
                raise TooMuch
            data = data[:room]
            self.full = True
        self._parts.append(data)
        self._size += len(data)

    def finish(self) -> bytes:
        """The whole body. Raises CodingError if the gzip data end too early."""
        if self._gzip and self._started and not self.full:
            if not self._inflate.eof:
                self._keep(self._inflate.decompress(b"", _STEP))  # the tail of a match may wait inside zlib
            if not self._inflate.eof:
                raise CodingError("the gzip data end too early")
        return b"".join(self._parts)
