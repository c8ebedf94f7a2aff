"""A digest by SMTP, with verified TLS; every end of the conversation is told apart."""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from typing import Self

from alerts.address import is_address
from alerts.channels.settings import secret_values
from alerts.message import Message
from alerts.outcome import Outcome, dead, retry, sent, unknown
from alerts.redact import redact
from alerts.render_email import render_email

DEFAULT_PORTS = {"starttls": 587, "tls": 465, "none": 25}
PASSING_AUTH = frozenset({421, 432, 451, 454})  # RFC 4954: temporary failures of authentication
QUIT_SECONDS = 5.0


class EmailChannel:
    """One connection a message: outboxes are short, and a broken session then costs one message only."""

    def __init__(self, channel_id: str, settings: Mapping[str, str], *, brand_url: str = "") -> None:
        self.id = channel_id
        self._host = settings["host"]
        self._security = settings.get("security") or "starttls"
        self._port = int(settings.get("port") or DEFAULT_PORTS[self._security])
        self._timeout = float(settings.get("timeout") or 30)
        self._username = settings.get("username", "")
        self._password = settings.get("password", "")
        self._sender = settings["sender"]
        self._ca_file = settings.get("ca_file") or None
        self._brand_url = brand_url
        plain = f"\0{self._username}\0{self._password}"  # as AUTH PLAIN sends it
        self._secrets = (*secret_values("email", settings), plain) if self._password else ()

    def __repr__(self) -> str:
        return f"EmailChannel({self.id!r})"

    async def send(self, message: Message, recipient: str, *, done: int = 0) -> Outcome:
        """Send one mail to one recipient; blocking SMTP runs in a thread of its own."""
        if not is_address(recipient):
            return dead("the recipient is not an email address; correct it in the configuration")
        mail = await asyncio.to_thread(render_email, message, recipient, self._sender, brand_url=self._brand_url)
        return await asyncio.to_thread(self._deliver, mail, recipient)

    def _deliver(self, mail: EmailMessage, recipient: str) -> Outcome:
        try:
            with _Session(self._connect()) as session:
                return self._converse(session.smtp, mail, recipient)
        except smtplib.SMTPNotSupportedError as error:
            return retry(self._words("the server lacks what this channel asks for", error))
        except smtplib.SMTPResponseException as error:
            return self._refused("the server refuses", error.smtp_code, error.smtp_error)
        except ssl.SSLCertVerificationError as error:
            return retry(self._words("the server's certificate cannot be verified", error))
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            return retry(self._words("not sent", error))

    def _connect(self) -> smtplib.SMTP:
        """An encrypted, authenticated session, as configured; raises what smtplib, ssl and socket raise."""
        if self._security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=self._tls_context()
            )
        else:
            smtp = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if self._security == "starttls":
                smtp.starttls(
                    context=self._tls_context()
                )  # refused or stripped on the way: raises, never goes on in the clear
            smtp.ehlo_or_helo_if_needed()
            if self._username:
                self._log_in(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _tls_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca_file)

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.login(self._username, self._password)
        except smtplib.SMTPAuthenticationError as error:
            # A wrong password is a person's to mend, and mail must not be lost meanwhile: 5xx waits like 4xx here.
            passing = error.smtp_code if error.smtp_code in PASSING_AUTH else 454
            raise smtplib.SMTPResponseException(passing, b"login refused: " + _bytes(error.smtp_error)) from None

    def _converse(self, smtp: smtplib.SMTP, mail: EmailMessage, recipient: str) -> Outcome:
        """MAIL, RCPT, DATA. Until the last byte of the body is handed over nothing can have been accepted."""
        options = ["SMTPUTF8"] if not (self._sender + recipient).isascii() else []
        if options and not smtp.has_extn("smtputf8"):
            return dead("the server takes no addresses beyond ASCII (SMTPUTF8)")
        body = mail.as_bytes(policy=policy.SMTPUTF8 if options else policy.SMTP)
        code, said = smtp.mail(self._sender, options)
        if code != 250:
            return self._refused("the sender is refused", code, said)
        code, said = smtp.rcpt(recipient)
        if code not in (250, 251):
            return self._refused("the recipient is refused", code, said)
        code, said = smtp.docmd("DATA")
        if code != 354:
            return self._refused("the message is refused", code, said)
        smtp.send(_dot_stuffed(body))  # raises when not every byte left: without its end the server drops the mail
        try:
            code, said = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return unknown(self._words("sent, but the answer was lost", error))
        if not 200 <= code < 600:
            return unknown("sent, but the answer makes no sense")
        if code >= 300:
            return self._refused("the message is refused", code, said)
        return sent(redact(f"{code} {_bytes(said).decode('utf-8', 'replace')}", self._secrets))

    def _refused(self, words: str, code: int, said: bytes | str) -> Outcome:
        detail = redact(f"{words}: {code} {_bytes(said).decode('utf-8', 'replace')}", self._secrets)
        return dead(detail) if 500 <= code < 600 else retry(detail)

    def _words(self, words: str, error: Exception) -> str:
        reason = "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
        return redact(f"{words} ({self._host}:{self._port}): {reason}", self._secrets)


class _Session:
    """Ends the connection politely and quickly; what happens at the goodbye no longer matters."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self.smtp = smtp

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if isinstance(self.smtp.sock, socket.socket):
                self.smtp.sock.settimeout(QUIT_SECONDS)
                self.smtp.quit()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self.smtp.close()


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")


def _dot_stuffed(body: bytes) -> bytes:
    """The body as DATA wants it: CRLF line ends, leading dots doubled, the final dot (RFC 5321 4.5.2)."""
    lines = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines) + b".\r\n"
