"""One SMTP conversation about one mail, in which every end is told apart: before the body left, or after."""

import smtplib
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from alerts.channels.settings import secret_values
from alerts.outcome import Outcome, dead, retry, sent, unknown
from alerts.redact import redact

DEFAULT_PORTS = {"starttls": 587, "tls": 465, "none": 25}
QUIT_SECONDS = 5.0


class Server:
    """Where mail is handed in and how: a channel's settings, read once. Its secrets stay out of `repr`."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.host = settings["host"]
        self.security = settings.get("security") or "starttls"
        self.port = int(settings.get("port") or DEFAULT_PORTS[self.security])
        self.timeout = float(settings.get("timeout") or 30)
        self.username = settings.get("username", "")
        self.password = settings.get("password", "")
        self.ca_file = settings.get("ca_file") or None
        plain = f"\0{self.username}\0{self.password}"  # as AUTH PLAIN sends it
        self.secrets = (*secret_values("email", settings), plain) if self.password else ()

    def tls_context(self) -> ssl.SSLContext:
        """Certificates and host names are always checked."""
        return ssl.create_default_context(cafile=self.ca_file)


class Talk:
    """One conversation. `run` blocks and belongs in a thread; `abort`, from any other, makes it end at once."""

    def __init__(self, server: Server, mail: bytes, sender: str, recipient: str) -> None:
        """`mail`: as `mail_bytes` gives it for the same two addresses."""
        self._server = server
        self._mail = mail
        self._sender = sender
        self._recipient = recipient
        self.smtp: smtplib.SMTP | None = None
        self.body_left = False  # once true, a lost answer means: perhaps accepted

    def run(self) -> Outcome:
        """Connect, log in, hand the mail over, say goodbye. Never raises for what the server does."""
        try:
            smtp = self._connect()
            outcome = self._converse(smtp)
        except smtplib.SMTPNotSupportedError as error:
            outcome = retry(self._words("the server lacks what this channel asks for", error))
        except smtplib.SMTPResponseException as error:
            outcome = self._refused("the server refuses", error.smtp_code, error.smtp_error)
        except ssl.SSLCertVerificationError as error:
            outcome = retry(self._words("the server's certificate cannot be verified", error))
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            outcome = retry(self._words("not sent", error))
        self._say_goodbye()
        return outcome

    def abort(self) -> None:
        """Cut the connection under the running conversation."""
        if self.smtp is not None and self.smtp.sock is not None:
            with suppress(OSError):
                self.smtp.sock.shutdown(socket.SHUT_RDWR)

    def lost(self) -> Outcome:
        """What must be said of a conversation that cannot be waited for any longer."""
        words = f"no answer in time ({self._server.host}:{self._server.port})"
        return unknown(f"sent, but {words}") if self.body_left else retry(f"not sent: {words}")

    def _connect(self) -> smtplib.SMTP:
        """An encrypted, authenticated session, as configured; raises what smtplib, ssl and socket raise."""
        server = self._server
        if server.security == "tls":
            context = server.tls_context()
            smtp: smtplib.SMTP = _TlsSmtp(self, server.host, server.port, timeout=server.timeout, context=context)
        else:
            smtp = _Smtp(self, server.host, server.port, timeout=server.timeout)
        if server.security == "starttls":
            smtp.starttls(context=server.tls_context())  # stripped or refused: raises, never goes on in the clear
        smtp.ehlo_or_helo_if_needed()
        if server.username:
            self._log_in(smtp)
        return smtp

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.login(self._server.username, self._server.password)
        except smtplib.SMTPAuthenticationError as error:
            # A wrong password is a person's to mend, and the mail must not be lost meanwhile: 5xx waits like 4xx.
            raise smtplib.SMTPResponseException(454, f"login refused: {error.smtp_code} {_said(error)}") from None

    def _converse(self, smtp: smtplib.SMTP) -> Outcome:
        """MAIL, RCPT, DATA. Until the last byte of the body is handed over nothing can have been accepted."""
        utf8 = not (self._sender + self._recipient).isascii()
        if utf8 and not smtp.has_extn("smtputf8"):
            return dead("the server takes no addresses beyond ASCII (it lacks SMTPUTF8)")
        if utf8:
            smtp.command_encoding = "utf-8"
        code, words = smtp.mail(self._sender, ["SMTPUTF8"] if utf8 else [])
        if code != 250:
            return self._refused("the sender is refused", code, words)
        code, words = smtp.rcpt(self._recipient)
        if code not in (250, 251):
            return self._refused("the recipient is refused", code, words)
        code, words = smtp.docmd("DATA")
        if code != 354:
            return self._refused("the message is refused", code, words)
        smtp.send(dot_stuffed(self._mail))  # raises when not every byte left: without its end the server drops the mail
        self.body_left = True
        return self._verdict(smtp)

    def _verdict(self, smtp: smtplib.SMTP) -> Outcome:
        try:
            code, words = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return unknown(self._words("sent, but the answer was lost", error))
        if not 200 <= code < 600:
            return unknown("sent, but the answer makes no sense")
        if code >= 300:
            return self._refused("the message is refused", code, words)
        return sent(redact(f"{code} {_text(words)}", self._server.secrets))

    def _say_goodbye(self) -> None:
        """End politely and quickly; what happens here no longer matters."""
        if self.smtp is None:
            return
        with suppress(OSError, smtplib.SMTPException):
            if self.smtp.sock is not None:
                self.smtp.sock.settimeout(min(QUIT_SECONDS, self._server.timeout))
                self.smtp.quit()
        self.smtp.close()

    def _refused(self, words: str, code: int, said: bytes | str) -> Outcome:
        detail = redact(f"{words}: {code} {_text(said)}", self._server.secrets)
        return dead(detail) if 500 <= code < 600 else retry(detail)

    def _words(self, words: str, error: Exception) -> str:
        reason = "no answer in time" if isinstance(error, TimeoutError) else _reason(error)
        return redact(f"{words} ({self._server.host}:{self._server.port}): {reason}", self._server.secrets)


class _Smtp(smtplib.SMTP):
    """Known to its talk before it connects, so that even the greeting can be aborted."""

    def __init__(self, talk: Talk, *args: Any, **options: Any) -> None:
        talk.smtp = self
        super().__init__(*args, **options)


class _TlsSmtp(smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""

    def __init__(self, talk: Talk, *args: Any, **options: Any) -> None:
        talk.smtp = self
        super().__init__(*args, **options)


def dot_stuffed(body: bytes) -> bytes:
    """The body as DATA wants it: CRLF line ends, leading dots doubled, the final dot (RFC 5321 4.5.2)."""
    lines = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines) + b".\r\n"


def _reason(error: Exception) -> str:
    """The system's or the server's words; where nobody answers or the name is unknown, with the key to look at."""
    if isinstance(error, socket.gaierror):
        return "the name of the server cannot be resolved; look at smtp: host"
    if isinstance(error, ConnectionRefusedError):
        return "nobody answers there; look at smtp: host and port"
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__


def _said(error: smtplib.SMTPResponseException) -> str:
    return _text(error.smtp_error)


def _text(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode("utf-8", "replace")
