import pytest

from monitor.sources.address import Guard, home_of, is_public, keeps_secret, keys_in, masked, shown, split_url


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "2a00:1450:4001:801::200e", "::ffff:8.8.8.8"]
)
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.0.0.2", "127.169.254.169", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.9.9", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.5", "192.88.99.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.2", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "5f00::1", "fc00::1",
        "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "8.8.8.8%eth0", "2130706433", "0x7f.1", "host", "",
    ],
)  # fmt: skip
def test_private_local_reserved_and_translated_addresses_are_not_public(address):
    assert not is_public(address)


def test_only_the_named_host_and_port_may_be_private():
    guard = Guard(["127.0.0.1:8080", "intranet.example:443", "[::1]:9000", "printer.local"])
    assert guard.allows("127.0.0.1", 8080, "127.0.0.1")
    assert guard.allows("INTRANET.example.", 443, "10.1.2.3")
    assert guard.allows("::1", 9000, "::1")
    assert guard.allows("printer.local", 80, "192.168.0.9")
    assert not guard.allows("127.0.0.1", 8081, "127.0.0.1")
    assert not guard.allows("127.0.0.2", 8080, "127.0.0.2")
    assert not guard.allows("printer.local", 631, "192.168.0.9")


def test_a_strangers_name_for_an_allowed_address_stays_refused():
    assert not Guard(["127.0.0.1:8080"]).allows("rebind.example", 8080, "127.0.0.1")


@pytest.mark.parametrize(
    "url",
    [
        "", "feed", "/feed", "ftp://a.example/x", "file:///etc/passwd", "javascript:alert(1)", "http://", "http:///x",
        "http://a.example:99999/", "http://a.example:0/", "http://a.example/a b", "http://a.example/\n", "http://[::1",
        "http://a.example/" + "a" * 9_000, "mailto:a@b.example", "data:text/html,x",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_not_split(url):
    assert split_url(url) is None


def test_the_host_is_what_follows_the_last_at_sign():
    parts = split_url("http://127.0.0.1:80@evil.example:81/x")
    assert parts is not None
    assert (parts.hostname, parts.port) == ("evil.example", 81)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://a.example/feed?page=2", "https://a.example/feed?page=2"),
        ("https://me:hunter2@a.example/feed", "https://a.example/feed"),
        ("https://a.example/feed?api_key=hunter2&page=2", "https://a.example/feed?api_key=…&page=2"),
        ("https://a.example/?X-Amz-Signature=hunter2", "https://a.example/?X-Amz-Signature=…"),
        ("https://a.example/\nERROR root: hunter", "https://a.example/?ERROR root: hunter"),
        ("http://[", "(an address that cannot be read)"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url, text):
    assert shown(url) == text


def test_of_a_secret_address_only_the_host_is_shown():
    assert shown("https://hooks.example/services/T1/B2/hunter2", secret=True) == "https://hooks.example/…"


def test_a_long_address_is_shown_cut():
    assert len(shown("https://a.example/" + "x" * 9_000)) == 300


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://a.example/feed?page=2", False),
        ("https://a.example/feed", False),
        ("https://a.example/feed?page=2&api_key=hunter2", True),
        ("https://me:hunter2@a.example/feed", True),
    ],
)
def test_an_address_with_a_key_is_known_for_one(url, secret):
    assert keeps_secret(url) is secret


@pytest.mark.parametrize(
    ("url", "text", "keys"),
    [
        ("https://a.example/f?q=1#x", "https://a.example/f?q=1#x", set()),
        ("https://a.example/f?q=1&api_key=abc&t=2#x", "https://a.example/f?q=1&api_key=…&t=2#x", set()),
        ("https://a.example/f?token=0123-abcd#x", "https://a.example/f?token=…#x", {"0123-abcd"}),
        ("https://a.example/f?key=${KEY}&sig=abcdefgh1", "https://a.example/f?key=${KEY}&sig=…", {"abcdefgh1"}),
        ("https://a.example/f?keyword=datacenter1&author=somebody2", None, set()),
    ],
)
def test_keys_are_taken_out_of_an_address_and_nothing_else(url, text, keys):
    assert masked(url) == (text or url)
    assert keys_in(url) == keys


def test_the_home_of_an_address_is_its_front_page():
    assert home_of("https://me:pw@a.example:8443/f/g?key=1#x") == "https://a.example:8443/"
    assert keeps_secret("https://a.example/${KEY}/f")
