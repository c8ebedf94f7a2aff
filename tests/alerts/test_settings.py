"""Settings that cannot work are named with their remedy, and never show a secret."""

import pytest
from channel_contract import SECRETS, assert_no_secret
from fake_post import FakePost

from alerts.address import domain_of, is_address
from alerts.channels import ChannelConfigError, open_channel, problems, required_settings, secret_values
from alerts.redact import redact

MAIL = {"host": "mx.example.org", "sender": "fw@example.org"}
HOOK = {"url": "https://hooks.example/x"}


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("email", MAIL),
        ("email", {**MAIL, "port": "587", "security": "tls", "username": "u", "password": "p", "timeout": "2.5"}),
        ("slack", HOOK),
        ("slack", {"token": "xoxb-1", "channel": "C1"}),
        ("webhook", {**HOOK, "secret": "s", "authorization": "Bearer t"}),
        ("file", {"path": "out", "formats": "text, eml"}),
        ("console", {}),
    ],
)
def test_settings_that_work_open_a_channel_that_shows_only_its_name(kind, settings):
    assert problems(kind, settings) == ()
    assert repr(open_channel(kind, "desk", settings, post=FakePost())).endswith("Channel('desk')")


@pytest.mark.parametrize(
    ("kind", "settings", "key", "words"),
    [
        ("email", {"sender": "fw@example.org"}, "host", "is missing; set host and sender"),
        ("email", {**MAIL, "host": ""}, "host", "is missing"),
        ("email", {**MAIL, "sender": "me"}, "sender", "'me' is not an email address; write it as"),
        ("email", {**MAIL, "port": "0"}, "port", "is not a port"),
        ("email", {**MAIL, "port": "٢٥"}, "port", "is not a port"),
        ("email", {**MAIL, "security": "ssl"}, "security", "use one of: starttls, tls, none"),
        ("email", {**MAIL, "timeout": "0"}, "timeout", "is not a number of seconds"),
        ("email", {**MAIL, "ca_file": "/no/such.pem"}, "ca_file", "there is no file"),
        ("email", {**MAIL, "username": "u"}, "password", "is missing beside its pair"),
        ("email", {**MAIL, "password": SECRETS[2]}, "username", "is missing beside its pair"),
        (
            "email",
            {**MAIL, "username": "u", "password": f"{SECRETS[2]}\n"},
            "password",
            "did the secret's file end in a newline",
        ),
        ("email", {**MAIL, "username": "u", "password": "p", "security": "none"}, "security", "in the clear"),
        (
            "email",
            {**MAIL, "passwort": SECRETS[2]},
            "passwort",
            "is not a setting of this kind of channel; use one of: ca_file",
        ),
        ("slack", {}, "url", "is missing; set url, or channel and token"),
        ("slack", {"token": SECRETS[1]}, "channel", "is missing"),
        ("slack", {"url": f"hooks.example/{SECRETS[0]}"}, "url", "beginning with https://"),
        ("webhook", {"url": "ftp://x.example"}, "url", "is not a web address"),
        ("webhook", {"url": "http://[::1"}, "url", "is not a web address"),
        ("webhook", {"url": "http://x.example/a b"}, "url", "is not a web address"),
        ("file", {}, "path", "is missing"),
        ("file", {"path": "x", "formats": "pdf"}, "formats", "choice of: text, html"),
        ("pigeon", {}, "kind", "'pigeon' is no channel; use one of: email, slack"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(kind, settings, key, words):
    with pytest.raises(ChannelConfigError, match="channel desk: ") as caught:
        open_channel(kind, "desk", settings, post=FakePost())
    assert caught.value.key == key
    assert words in str(caught.value)
    assert_no_secret(caught.value)


def test_all_problems_are_found_at_once():
    found = problems("email", {"port": "x", "colour": "blue", "security": "none", "username": "u", "password": "p"})
    assert [problem.key for problem in found] == ["colour", "host", "sender", "port", "security"]


def test_the_needed_keys_can_be_asked_for():
    assert required_settings("slack") == (frozenset({"url"}), frozenset({"token", "channel"}))
    assert required_settings("console") == (frozenset(),)
    with pytest.raises(ChannelConfigError):
        required_settings("pigeon")


def test_secrets_are_known_by_kind():
    assert secret_values("email", {**MAIL, "password": "p"}) == ("p",)
    assert secret_values("email", MAIL) == ()


@pytest.mark.parametrize(
    ("text", "secret", "shown"),
    [
        ("no hunter22 here", "hunter22", "no *** here"),
        ("aHVudGVyMjI= and aHVudGVyMjI", "hunter22", "*** and ***"),
        ("at /services/T0/B1/verysecret now", "https://h.example/services/T0/B1/verysecret", "at *** now"),
        ("verysecret", "https://h.example/services/T0/B1/verysecret", "***"),
        ("key=a%2Fb%20c", "a/b c", "key=***"),
        ("token9876 bad", "Bearer token9876", "*** bad"),
        ("user:passw", "https://user:passw@h.example/", "user:***"),
        ("q=12345", "https://h.example/?q=12345", "***"),
        ("abc", "abc", "abc"),  # too short to tell from a word
        ("a\r\nb\x1b[0m\u202e", "zzzz", "a b [0m"),
        ("x" * 400, "zzzz", "x" * 299 + "…"),
    ],
)
def test_every_form_of_a_secret_is_masked(text, secret, shown):
    assert redact(text, [secret]) == shown


@pytest.mark.parametrize(
    "address",
    ["a@b.example", "first.last+tag@sub.b-c.example", "jürgen@bücher.example", "o'neil@x.example", "a@localhost"],
)
def test_plain_addresses_are_accepted(address):
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b.example",
        "a@",
        "a@b@c",
        "a b@c.example",
        "a@b..c",
        ".a@b.example",
        "a.@b.example",
        "a..b@c.example",
        "a@-b.example",
        "a@b.example\n",
        "a\r\n@b.example",
        "<a@b.example>",
        "a@[127.0.0.1]",
        "a,b@c.example",
        "a@b_.example",
        "\ud800@b.example",
        "x" * 65 + "@b.example",
        "a@" + "b." * 130 + "example",
    ],
)
def test_everything_else_is_refused(address):
    assert not is_address(address)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@B.example", "b.example"),
        ("a@bücher.example", "xn--bcher-kva.example"),
        ("a", "a"),
        ("a@" + "b" * 80, "localhost"),
        ("", "localhost"),
    ],
)
def test_the_domain_is_ascii(address, domain):
    assert domain_of(address) == domain
