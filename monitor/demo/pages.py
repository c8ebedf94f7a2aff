"""Renders the demo's feeds and article pages, with the clutter that real pages carry around a text."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from jinja2 import Environment, PackageLoader

from monitor.core.types.ledger import SourceKind
from monitor.demo.material import DemoStory, Outlet

Where = Callable[[DemoStory], str]
CONTENT_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
MOVED = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to read our feeds</h1></body></html>"


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("monitor.demo"), autoescape=True)


def paragraphs(text: str) -> list[str]:
    """The text's paragraphs; blank lines part them where there are any, line ends otherwise."""
    parts = text.split("\n\n") if "\n\n" in text else text.split("\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def summary(text: str, length: int = 180) -> str:
    """The first paragraph, cut as feeds cut it."""
    first = paragraphs(text)[0] if text.strip() else ""
    return first if len(first) <= length else first[: length - 1].rstrip() + "…"


def article_page(outlet: Outlet, story: DemoStory, url: str, now: datetime) -> str:
    """The story's page as the outlet shows it at `now`."""
    text = story.text_at(now)
    template = "newsroom.html" if outlet.kind is SourceKind.PRIMARY else "press.html"
    described = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": story.at.isoformat(),
        "articleBody": text,
    }
    return (
        _templates()
        .get_template(template)
        .render(
            language=story.language or "en",
            title=story.title,
            outlet=outlet.name,
            summary=summary(text),
            published=story.at.isoformat(),
            url=url,
            paragraphs=paragraphs(text),
            json_ld=json.dumps(described, ensure_ascii=False) if outlet.format == "atom" else "",
        )
    )


def feed_body(outlet: Outlet, stories: Sequence[DemoStory], base: str, url: Where, now: datetime) -> str:
    """The outlet's feed in its own format, listing `stories` in the order given; `url` tells where each one stands."""
    write = {"rss": _rss, "atom": _atom, "json": _json}[outlet.format]
    return write(outlet, stories, base, url, now)


def article_path(story: DemoStory) -> str:
    """Where the story's page stands on its site."""
    return f"/stories/{quote(story.id, safe='')}.html"


def _rss(outlet: Outlet, stories: Sequence[DemoStory], base: str, url: Where, now: datetime) -> str:
    items = "".join(
        f"<item><title>{escape(s.title)}</title><link>{url(s)}?utm_source=rss</link>"
        f'<guid isPermaLink="false">{outlet.id}-{escape(s.id)}</guid><pubDate>{format_datetime(s.at)}</pubDate>'
        f"{_source(s)}<description>{escape(escape(summary(s.text_at(now))))}</description></item>"
        for s in stories
    )
    language = f"<language>{outlet.language}</language>" if outlet.language else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{base}/</link><description>Sample feed</description>{language}"
        f"<ttl>60</ttl>{items}</channel></rss>"
    )


def _source(story: DemoStory) -> str:
    if story.publisher is None:
        return ""
    host = story.publisher.lower().replace(" ", "-") + ".example"
    return f"<source url={quoteattr(f'https://{host}/feed')}>{escape(story.publisher)}</source>"


def _atom(outlet: Outlet, stories: Sequence[DemoStory], base: str, url: Where, now: datetime) -> str:
    entries = "".join(
        f"<entry><title>{escape(s.title)}</title><id>tag:{outlet.id}.example,2025:{escape(s.id)}</id>"
        f"<link href={quoteattr(url(s))}/><published>{s.at.isoformat()}</published>"
        f"<updated>{s.at.isoformat()}</updated><summary>{escape(summary(s.text_at(now)))}</summary></entry>"
        for s in stories
    )
    updated = max((s.at for s in stories), default=now).isoformat()
    language = f" xml:lang={quoteattr(outlet.language)}" if outlet.language else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"{language}>'
        f"<title>{escape(outlet.name)}</title><id>tag:{outlet.id}.example,2025:feed</id>"
        f'<link href="{base}/"/><link rel="self" href="{base}/feed"/><updated>{updated}</updated>{entries}</feed>'
    )


def _json(outlet: Outlet, stories: Sequence[DemoStory], base: str, url: Where, now: datetime) -> str:
    items = [
        {
            "id": f"{outlet.id}-{s.id}",
            "url": url(s),
            "title": s.title,
            "date_published": s.at.isoformat(),
            "content_html": "".join(f"<p>{escape(part)}</p>" for part in paragraphs(s.text_at(now))),
        }
        for s in stories
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "home_page_url": f"{base}/"}
    if outlet.language:
        feed["language"] = outlet.language
    return json.dumps({**feed, "feed_url": f"{base}/feed", "items": items}, ensure_ascii=False)
