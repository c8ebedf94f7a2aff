from monitor.sources.discover import FeedLink, find_feeds


def found(body, url="https://news.example/blog/"):
    return find_feeds(body.encode(), "text/html", url)


def test_the_feeds_of_a_page_are_found_in_page_order():
    assert found(
        """<link rel="alternate" type="application/rss+xml" title="All &amp; more" href="/feed">
        <link rel="Alternate stylesheet" type="application/atom+xml" href="atom.xml">
        <link rel="alternate" type="application/feed+json; charset=utf-8" href="https://cdn.example/feed.json">"""
    ) == (
        FeedLink("https://news.example/feed", "All & more", "rss"),
        FeedLink("https://news.example/blog/atom.xml", "", "atom"),
        FeedLink("https://cdn.example/feed.json", "", "json"),
    )


def test_the_pages_base_is_obeyed_and_a_bad_one_ignored():
    link = '<link rel="alternate" type="application/rss+xml" href="feed">'
    assert found('<base href="https://cdn.example/x/">' + link)[0].url == "https://cdn.example/x/feed"
    assert found('<base href="javascript:x">' + link)[0].url == "https://news.example/blog/feed"


def test_what_is_no_feed_is_not_offered():
    assert found(
        """<link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" type="application/rss+xml" href="/x">
        <link rel="alternate" type="application/rss+xml" href="javascript:x()">
        <link rel="alternate" type="application/rss+xml">
        <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">"""
    ) == ()  # fmt: skip


def test_each_feed_is_offered_once_and_not_without_end():
    many = "".join(f'<link rel="alternate" type="application/rss+xml" href="/f{n % 200}">' for n in range(1_000))
    assert len(found(many)) == 50
    assert found("") == ()
