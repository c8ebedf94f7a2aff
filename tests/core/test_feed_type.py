"""What a configured feed knows of its own address."""

from monitor.core.types.feeds import Feed


def test_a_feed_says_whether_a_secret_stands_in_its_address() -> None:
    plain = Feed("f", "https://a.example/f", "F")
    keyed = Feed("f", "https://a.example/f?key=hunter2", "F", shown="https://a.example/f?key=${KEY}")
    assert (plain.shown, plain.secret) == (plain.url, False)
    assert keyed.secret
