"""The product's error tree: every failure a user may meet, in words, with the exit code it leads to.

FigurewatchError (1)
  StoreError (1)
    Locked (75)
"""


class FigurewatchError(Exception):
    """Something a user can understand went wrong; `str(error)` is the whole message, remedy included."""

    exit_code = 1


class StoreError(FigurewatchError):
    """The database cannot be used as it is."""


class Locked(StoreError):  # noqa: N818  "locked" is the word users see, and the state they are in
    """Another process works on this database."""

    exit_code = 75
