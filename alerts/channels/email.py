"""A digest by SMTP, with verified TLS, one conversation a mail."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future

from alerts.address import is_address
from alerts.channels.base import Arrived
from alerts.channels.smtp_talk import Server, Talk
from alerts.message import Message
from alerts.outcome import Outcome, dead
from alerts.rendering import NotRendered, Order, Render, render_here

ROUNDS = 4  # a server that answers each command just in time is cut off after so many timeouts in all
GRACE = 2.0


class EmailChannel:
    """One connection a message: outboxes are short, and a broken session then costs one message only."""

    def __init__(
        self,
        channel_id: str,
        settings: Mapping[str, str],
        *,
        brand_url: str = "",
        render: Render = render_here,
        patience: float | None = None,
        grace: float = GRACE,
    ) -> None:
        """`patience` is the longest that a whole conversation may take, in seconds; None: four timeouts."""
        self.id = channel_id
        self._server = Server(settings)
        self._patience = self._server.timeout * ROUNDS if patience is None else patience
        self._grace = grace
        self._sender = settings["sender"]
        self._brand_url = brand_url
        self._render = render

    def __repr__(self) -> str:
        return f"EmailChannel({self.id!r})"

    async def send(self, message: Message, recipient: str, *, done: int = 0, arrived: Arrived | None = None) -> Outcome:
        """Send one mail to one recipient. When cancelled, the connection is cut at once."""
        if not is_address(recipient):
            return dead("the recipient is not an email address; correct it in the configuration")
        try:
            mail = await self._render(Order("email", message, recipient, self._sender, self._brand_url))
        except NotRendered as error:
            return error.outcome()
        talk = Talk(self._server, mail, self._sender, recipient)
        ending = in_daemon_thread(talk.run)
        try:
            finished, _ = await asyncio.wait({ending}, timeout=self._patience)
            if not finished:
                talk.abort()
                finished, _ = await asyncio.wait({ending}, timeout=self._grace)
        except asyncio.CancelledError:
            talk.abort()
            raise
        return ending.result() if finished else talk.lost()


def in_daemon_thread(work: Callable[[], Outcome]) -> "asyncio.Future[Outcome]":
    """Like `asyncio.to_thread`, in a thread that never holds up the end of the process."""
    promise: Future[Outcome] = Future()
    promise.set_running_or_notify_cancel()

    def run() -> None:
        try:
            promise.set_result(work())
        except BaseException as error:  # noqa: BLE001  # carried to the waiting task, as every executor does
            promise.set_exception(error)

    threading.Thread(target=run, name="figurewatch-smtp", daemon=True).start()
    return asyncio.wrap_future(promise)
