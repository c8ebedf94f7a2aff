"""What is rendered elsewhere is what is rendered here, and what could not be rendered was surely not sent."""

import asyncio
import email
import email.policy
from dataclasses import replace

import pytest
from alert_samples import EIGHT, HOSTILE, ONE
from channel_contract import send
from fake_post import FakePost
from fake_smtp import smtp_server

from alerts.channels import open_channel
from alerts.message import from_json, to_json
from alerts.outcome import OutcomeKind
from alerts.render_email import mail_bytes, render_email
from alerts.render_html import render_html
from alerts.rendering import NotRendered, Order, render
from monitor.daemon.process_renderer import ProcessRenderer
from monitor.daemon.renderer_process import read, written

MESSAGES = {"one": ONE, "eight": EIGHT, "hostile": HOSTILE, "a repeat": replace(ONE, possible_repeat=True)}
ORDERS = [
    order
    for message in MESSAGES.values()
    for order in (
        Order("email", message, "you@example.org", "fw@example.org", "https://brand.example/"),
        Order("email", message, "jürgen@bücher.example", "fw@example.org"),
        Order("html", message, brand_url="https://brand.example/"),
    )
]


def test_a_process_of_its_own_renders_the_same_bytes() -> None:
    async def apart() -> list[bytes]:
        renderer = ProcessRenderer()
        try:
            return [await renderer(order) for order in ORDERS]
        finally:
            await renderer.aclose()

    assert asyncio.run(apart()) == [render(order) for order in ORDERS]


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_written_and_read_is_the_order_as_it_is_stored(order: Order) -> None:
    line = written(order)
    assert b"\n" not in line
    assert read(line) == replace(order, message=from_json(to_json(order.message)))


def test_a_mail_to_an_ascii_address_is_seven_bit_and_one_beyond_has_its_address_in_utf8() -> None:
    plain = mail_bytes(EIGHT, "you@example.org", "fw@example.org")
    assert plain.isascii()
    assert plain == bytes(render_email(EIGHT, "you@example.org", "fw@example.org"))
    beyond = mail_bytes(EIGHT, "jürgen@bücher.example", "fw@example.org")
    assert "To: jürgen@bücher.example\r\n".encode() in beyond
    bodies = [
        email.message_from_bytes(mail, policy=email.policy.default).get_body(("plain",)) for mail in (plain, beyond)
    ]
    assert len({body.get_content() for body in bodies if body}) == 1


def test_a_page_carries_its_pictures() -> None:
    assert render(Order("html", EIGHT)) == render_html(EIGHT).encode()


@pytest.mark.parametrize(("lasting", "kind"), [(False, OutcomeKind.RETRY), (True, OutcomeKind.DEAD)])
def test_a_mail_that_cannot_be_rendered_reaches_no_server_and_says_why(lasting: bool, kind: OutcomeKind) -> None:
    with smtp_server() as server:
        channel = open_channel("email", "desk", server.settings, post=FakePost(), render=failing(lasting=lasting))
        outcome = send(channel, ONE)
        assert server.commands == []
    assert (outcome.kind, outcome.detail) == (kind, "not sent, for it could not be rendered: no ink")


@pytest.mark.parametrize("name", ["html", "eml", "text,html"])
def test_a_file_that_cannot_be_rendered_leaves_none_of_a_digest(name: str, tmp_path) -> None:
    settings = {"path": str(tmp_path), "formats": name}
    channel = open_channel("file", "desk", settings, post=FakePost(), render=failing(lasting=False))
    outcome = send(channel, ONE)
    assert (outcome.kind, outcome.detail) == (OutcomeKind.RETRY, "not sent, for it could not be rendered: no ink")
    assert list(tmp_path.iterdir()) == []


def test_texts_are_written_without_whoever_renders(tmp_path) -> None:
    settings = {"path": str(tmp_path), "formats": "text,json,slack"}
    channel = open_channel("file", "desk", settings, post=FakePost(), render=failing(lasting=False))
    assert send(channel, ONE).kind is OutcomeKind.SENT
    assert len(list(tmp_path.iterdir())) == 3


def failing(*, lasting: bool):
    async def no_ink(_order: Order) -> bytes:
        raise NotRendered("no ink", lasting=lasting)

    return no_ink
