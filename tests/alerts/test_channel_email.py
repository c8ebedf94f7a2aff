"""The email channel against a real socket: every code, every silence, every kind of TLS."""

import asyncio
import base64
import email
import email.policy
import socket
import ssl

import pytest
from alert_samples import EIGHT, HOSTILE, ONE
from channel_contract import SECRETS, assert_no_secret, opened, send
from fake_smtp import CLOSE, SILENCE, smtp_server

from alerts.channels import smtp_talk
from alerts.channels.email import EmailChannel, in_daemon_thread
from alerts.channels.smtp_talk import Server, Talk, dot_stuffed
from alerts.outcome import OutcomeKind
from alerts.render_email import render_email

SENT, RETRY, DEAD, UNKNOWN = OutcomeKind.SENT, OutcomeKind.RETRY, OutcomeKind.DEAD, OutcomeKind.UNKNOWN
PASSWORD = SECRETS[2]
LOGIN = {"username": "robot", "password": PASSWORD}
AUTH = {"EHLO": "250-fake\r\n250 AUTH PLAIN LOGIN"}


@pytest.mark.parametrize("tls", ["", "starttls", "tls"])
def test_a_mail_arrives_whole_over_every_security(tls):
    with smtp_server(tls=tls) as server:
        outcome = send(opened("email", server.settings))
        assert (outcome.kind, outcome.detail) == (SENT, "250 queued as 42")
        (raw,) = server.mails
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == "Power of the Hyperion data centre: 2 GW → 5 GW, and 7 more"
    assert raw.rstrip() == bytes(render_email(EIGHT, "you@example.org", "fw@example.org")).rstrip()
    assert "MAIL FROM:<fw@example.org>" in [
        command.upper().replace("FW@EXAMPLE.ORG", "fw@example.org") for command in server.commands
    ]


@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "body"])
@pytest.mark.parametrize("code", [421, 450, 451, 452, 471, 500, 550, 552, 554, 571])
def test_4xx_is_tried_again_and_5xx_is_dead_at_every_stage(stage, code):
    answers = {stage: f"{code} because", **({"HELO": f"{code} because"} if stage == "EHLO" else {})}
    with smtp_server(answers) as server:
        outcome = send(opened("email", server.settings), ONE)
    assert outcome.kind is (RETRY if code < 500 else DEAD)
    assert "because" in outcome.detail


@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("how", [CLOSE, SILENCE])
def test_a_server_that_goes_away_before_the_body_is_tried_again(stage, how):
    with smtp_server({stage: how}) as server:
        outcome = send(opened("email", {**server.settings, "timeout": "0.1"}), ONE)
    assert outcome.kind is RETRY
    assert outcome.detail.startswith("not sent")


@pytest.mark.parametrize("how", [CLOSE, SILENCE, "what", "999 odd", "-12"])
def test_an_answer_lost_after_the_body_leaves_the_outcome_unknown(how):
    with smtp_server({"body": how}) as server:
        outcome = send(opened("email", {**server.settings, "timeout": "0.2"}), ONE)
        assert len(server.mails) == 1
    assert outcome.kind is UNKNOWN
    assert outcome.detail.startswith("sent, but")


@pytest.mark.parametrize("how", [CLOSE, SILENCE, "500 no goodbye"])
def test_what_happens_at_the_goodbye_no_longer_matters(how):
    with smtp_server({"QUIT": how}) as server:
        assert send(opened("email", {**server.settings, "timeout": "0.2"}), ONE).kind is SENT


def test_nobody_listening_is_tried_again():
    with smtp_server() as server:
        settings = server.settings
    outcome = send(opened("email", settings), ONE)
    assert outcome.kind is RETRY
    assert f"localhost:{settings['port']}): nobody answers there; look at smtp: host and port" in outcome.detail


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_authorities_that_went_away_after_the_start_are_tried_again(tmp_path, content):
    authorities = tmp_path / "ca.pem"
    authorities.write_text("")
    settings = {"host": "localhost", "sender": "fw@example.org", "security": "tls", "ca_file": str(authorities)}
    channel = opened("email", settings)
    authorities.unlink()
    if content:
        authorities.write_text(content)
    assert send(channel, ONE).kind is RETRY


@pytest.mark.parametrize("label", ["a" * 70, "no-such-server"])
def test_a_host_that_does_not_resolve_is_tried_again(label, monkeypatch):
    def unknown(*_address, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    settings = {"host": f"{label}.invalid", "sender": "fw@example.org", "security": "none"}
    if len(label) < 64:  # longer ones are refused before anybody is asked
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = send(opened("email", settings), ONE)
    assert outcome.kind is RETRY
    assert len(label) > 63 or "the name of the server cannot be resolved; look at smtp: host" in outcome.detail


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_of_an_unknown_authority_is_never_accepted(tls):
    with smtp_server(tls=tls) as server:
        outcome = send(opened("email", {**server.settings, "ca_file": ""}), ONE)
        assert server.mails == []
    assert outcome.kind is RETRY
    assert "certificate cannot be verified" in outcome.detail


def test_a_certificate_of_another_host_is_never_accepted():
    with smtp_server(tls="tls") as server:
        outcome = send(opened("email", {**server.settings, "host": "127.0.0.1"}), ONE)
        assert server.mails == []
    assert "certificate cannot be verified" in outcome.detail


def test_a_server_without_starttls_never_gets_the_mail_in_the_clear():
    with smtp_server() as server:
        outcome = send(opened("email", {**server.settings, "security": "starttls"}), ONE)
        assert server.mails == []
        assert not any(command.startswith("MAIL") for command in server.commands)
    assert outcome.kind is RETRY
    assert "STARTTLS" in outcome.detail


def test_a_login_precedes_the_mail():
    with smtp_server(AUTH, tls="tls") as server:
        assert send(opened("email", {**server.settings, **LOGIN}), ONE).kind is SENT
        assert any(command.startswith("AUTH PLAIN") for command in server.commands)


def test_a_refused_login_is_tried_again_and_its_echo_shows_no_secret():
    plain = base64.b64encode(f"\0robot\0{PASSWORD}".encode()).decode()
    plain_password = base64.b64encode(PASSWORD.encode()).decode()
    with smtp_server({**AUTH, "AUTH": f"535 bad {PASSWORD} {plain} {plain_password}"}, tls="starttls") as server:
        channel = opened("email", {**server.settings, **LOGIN})
        outcome = send(channel, ONE)
        assert server.mails == []
    assert outcome.kind is RETRY
    assert "login refused: 535 bad *** *** ***" in outcome.detail
    assert_no_secret(outcome, channel, channel._server)


def test_a_server_without_login_is_tried_again():
    with smtp_server(tls="tls") as server:
        assert send(opened("email", {**server.settings, **LOGIN}), ONE).kind is RETRY


@pytest.mark.parametrize("stage", ["RCPT", "body"])
def test_an_echoed_secret_is_masked_wherever_it_comes_back(stage):
    with smtp_server({**AUTH, stage: f"550 {PASSWORD}"}, tls="tls") as server:
        outcome = send(opened("email", {**server.settings, **LOGIN}), ONE)
    assert outcome.kind is DEAD
    assert_no_secret(outcome)


def test_an_address_beyond_ascii_goes_out_as_smtputf8():
    with smtp_server() as server:
        assert send(opened("email", server.settings), ONE, "jürgen@bücher.example").kind is SENT
        assert "mail FROM:<fw@example.org> SMTPUTF8" in server.commands
        assert "rcpt TO:<jürgen@bücher.example>" in server.commands


def test_an_address_beyond_ascii_is_dead_where_the_server_cannot_take_it():
    with smtp_server({"EHLO": "250 fake"}) as server:
        outcome = send(opened("email", server.settings), ONE, "jürgen@bücher.example")
    assert outcome.kind is DEAD
    assert "SMTPUTF8" in outcome.detail


@pytest.mark.parametrize("recipient", ["", "nobody", "a@b\r\nRCPT TO:<c@d.example>", "a b@c.example", "a@b@c.example"])
def test_what_is_no_address_never_reaches_a_server(recipient):
    with smtp_server() as server:
        assert send(opened("email", server.settings), ONE, recipient).kind is DEAD
        assert server.commands == []


def test_any_text_passes_through_smtp_as_one_mail():
    with smtp_server() as server:
        assert send(opened("email", server.settings), HOSTILE).kind is SENT
        assert len(server.mails) == 1
    mail = email.message_from_bytes(server.mails[0], policy=email.policy.default)
    assert mail["Bcc"] is None


def test_a_server_slower_than_all_patience_is_cut_off():
    with smtp_server({"MAIL": SILENCE}) as server:
        assert send(EmailChannel("desk", server.settings, patience=0.3), ONE).kind is RETRY


def test_a_conversation_that_cannot_even_be_cut_off_is_not_waited_for():
    with smtp_server({"greeting": SILENCE}) as server:
        channel = EmailChannel("desk", {**server.settings, "timeout": "0.3"}, patience=0, grace=0)
        outcome = send(channel, ONE)
        assert outcome.kind is RETRY
        assert "no answer in time" in outcome.detail


def test_a_cancelled_sending_cuts_the_connection_at_once():
    async def cancel_in_the_middle() -> None:
        with smtp_server({"body": SILENCE}) as server:
            task = asyncio.create_task(EmailChannel("desk", server.settings).send(ONE, "you@example.org"))
            await asyncio.to_thread(server.seen.wait, 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(cancel_in_the_middle())


def test_a_thread_stuck_before_and_after_the_body_is_told_apart():
    talk = Talk(Server({"host": "mx.example", "sender": "a@b.example"}), b"", "", "")
    assert talk.lost().kind is RETRY
    talk.body_left = True
    assert talk.lost().kind is UNKNOWN
    talk.abort()  # nothing is open: nothing to cut


def test_an_error_in_the_thread_comes_back_to_the_task():
    def work() -> smtp_talk.Outcome:
        raise ssl.SSLError("boom")

    async def wait() -> None:
        with pytest.raises(ssl.SSLError):
            await in_daemon_thread(work)

    asyncio.run(wait())


@pytest.mark.parametrize(
    ("body", "wire"),
    [
        (b"a\nb\n", b"a\r\nb\r\n.\r\n"),
        (b".\r\n..x\r\n", b"..\r\n...x\r\n.\r\n"),
        (b"a\rb", b"a\r\nb\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
    ],
)
def test_bodies_are_dot_stuffed_with_crlf(body, wire):
    assert dot_stuffed(body) == wire


class Inbox:
    """What aiosmtpd hands over."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.mails.append(envelope.content)
        return "250 OK"


def test_a_real_mail_server_takes_the_mail():
    from aiosmtpd.smtp import SMTP

    async def exchange(inbox: Inbox) -> smtp_talk.Outcome:
        loop = asyncio.get_running_loop()
        async with await loop.create_server(lambda: SMTP(inbox, enable_SMTPUTF8=True), "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            settings = {"host": "127.0.0.1", "port": str(port), "security": "none", "sender": "fw@example.org"}
            return await opened("email", settings).send(EIGHT, "you@example.org")

    inbox = Inbox()
    assert asyncio.run(exchange(inbox)).kind is SENT
    (raw,) = inbox.mails
    assert raw.rstrip() == bytes(render_email(EIGHT, "you@example.org", "fw@example.org")).rstrip()
