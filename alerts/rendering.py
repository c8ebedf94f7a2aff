"""The forms of a digest that take templates and pictures, as channels order them from whoever renders them.

Rendering takes ten megabytes of libraries; a program that lives long hands its channels a way to have it done apart.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from alerts.message import Message
from alerts.outcome import Outcome, dead, retry


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be rendered: a whole mail as it goes over the wire, or a page of HTML. A page goes to nobody."""

    form: Literal["email", "html"]
    message: Message
    recipient: str = ""
    sender: str = ""
    brand_url: str = ""


class NotRendered(Exception):  # noqa: N818  it says what became of the order
    """Nothing was rendered, and nothing sent. `lasting`: the same would come of another try. The words are plain."""

    def __init__(self, words: str, *, lasting: bool = False) -> None:
        super().__init__(words)
        self.lasting = lasting

    def outcome(self) -> Outcome:
        """What becomes of the delivery: it surely never left."""
        words = f"not sent, for it could not be rendered: {self}"
        return dead(words) if self.lasting else retry(words)


Render = Callable[[Order], Awaitable[bytes]]  # raises NotRendered


def render(order: Order) -> bytes:
    """Render here and now. Raises AddressError."""
    if order.form == "email":
        from alerts.render_email import mail_bytes

        return mail_bytes(order.message, order.recipient, order.sender, brand_url=order.brand_url)
    from alerts.render_html import render_html

    return render_html(order.message, brand_url=order.brand_url).encode()


async def render_here(order: Order) -> bytes:
    """Render in a thread of this process."""
    return await asyncio.to_thread(render, order)
