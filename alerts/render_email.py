"""A digest as an email: plain text and HTML, charts inline, and the same bytes each time it is rendered."""

import hashlib
import re
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from alerts.address import domain_of, is_address
from alerts.message import Message
from alerts.render_html import charts, compose
from alerts.render_text import render_text, subject
from alerts.text import shorten
from alerts.wording import utc_date

BRAND = "figurewatch"


class AddressError(ValueError):
    """A sender or a recipient that cannot stand in a header."""


def render_email(message: Message, recipient: str, sender: str, *, brand_url: str = "") -> EmailMessage:
    """The mail for one recipient. Raises AddressError.

    Message-ID, Date and boundaries come from the digest and the recipient: a repeat is the same mail to every
    server and reader that compares them.
    """
    for address in (recipient, sender):
        if not is_address(address):
            raise AddressError(f"{shorten(address, 80)!r} is not an email address")
    mail = EmailMessage(policy=policy.SMTP)
    _headers(mail, message, recipient, sender)
    mail.set_content(render_text(message) + "\n", cte="quoted-printable")
    images = charts(message)
    names = {position: f"chart{position + 1}.{_digest(message, recipient)[:16]}@{BRAND}" for position in images}
    html = compose(message, {position: f"cid:{name}" for position, name in names.items()}, brand_url=brand_url)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    page = mail.get_payload()[1]  # type: ignore[index]  # typeshed knows no parts
    for position, data in images.items():
        page.add_related(  # type: ignore[union-attr]  # typeshed knows no parts
            data, "image", "png", cid=f"<{names[position]}>", disposition="inline", filename=f"chart-{position + 1}.png"
        )
    for depth, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"={BRAND}-{depth}-{_digest(message, recipient)[:24]}=")
    return mail


def mail_bytes(message: Message, recipient: str, sender: str, *, brand_url: str = "") -> bytes:
    """The mail as it goes over the wire: UTF-8 in its headers only where an address needs it. Raises AddressError."""
    utf8 = not (sender + recipient).isascii()
    mail = render_email(message, recipient, sender, brand_url=brand_url)
    return mail.as_bytes(policy=policy.SMTPUTF8 if utf8 else policy.SMTP)


def message_id(message: Message, recipient: str, sender: str) -> str:
    """The stable Message-ID, with its angle brackets."""
    return f"<{_digest(message, recipient)[:32]}.{BRAND}@{domain_of(sender)}>"


def _headers(mail: EmailMessage, message: Message, recipient: str, sender: str) -> None:
    mail["Subject"] = subject(message)
    mail["From"] = _address(BRAND, sender)
    mail["To"] = _address("", recipient)
    when = utc_date(message.date)
    if when is not None:
        mail["Date"] = format_datetime(when)
    mail["Message-ID"] = message_id(message, recipient, sender)
    label = re.sub(r"[^a-z0-9]+", "-", message.audience.lower()).strip("-")[:40] or "alerts"
    mail["List-Id"] = f"<{label}.{BRAND}.{domain_of(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation replies
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Figurewatch-Digest"] = re.sub(r"[^A-Za-z0-9._:-]", "-", message.id)[:120] or "-"


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")  # addr_spec would refuse letters beyond ASCII
    return Address(name, local, domain)


def _digest(message: Message, recipient: str) -> str:
    return hashlib.sha256(f"{message.id}\n{recipient.lower()}".encode("utf-8", "surrogatepass")).hexdigest()
