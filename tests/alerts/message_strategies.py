"""Messages that hold anything: what a hostile or broken page could bring into any field."""

from hypothesis import strategies as st

from alerts.message import Item, Message, Note, Point

NASTY = (
    "<!channel>",
    "<@U0123>",
    "<https://evil.example|here>",
    "@here",
    "</blockquote><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "\r\nBcc: spy@evil.example\r\n\r\nbody",
    "\n.\r\n",
    "*_~`|>&amp;&lt;",
    "\u202e\u2066\u2069\u200f",
    "\ud800",
    "\x00\x1b[31m\x85\u2028",
    "=?utf-8?q?x?=",
    "שלום مرحبا",
    "日本語の見出し。「引用」",
    "👩🏽‍🚀e\u0301",
    "https://evil.example/a?b=c&d=<e>",
    "\U000e0041",
)
texts = st.lists(
    st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=()), max_size=30)), max_size=6
).map("".join)
long_texts = st.one_of(texts, st.tuples(texts, st.integers(1, 400)).map(lambda pair: pair[0] * pair[1]))
urls = st.one_of(
    texts,
    texts.map(lambda tail: f"https://news.example/{tail}"),
    st.sampled_from(["javascript:alert(1)", "http://[::1", "https://x.example/" + "y" * 3000, ""]),
)
dates = st.one_of(st.dates().map(str), texts)
numbers = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
points = st.builds(
    Point, date=dates, low=numbers, high=numbers, label=texts, status=st.sampled_from(["actual", "target", ""])
)
maybe = st.one_of(st.none(), long_texts)
items = st.builds(
    Item,
    change_id=texts,
    metric=texts,
    title=long_texts,
    period=texts,
    old=maybe,
    new=maybe,
    difference=maybe,
    percent=maybe,
    kind=st.one_of(st.sampled_from(["new", "changed", "narrowed", "widened", "corrected", "withdrawn"]), texts),
    direction=st.one_of(st.none(), st.sampled_from(["raised", "lowered", "same"]), texts),
    status=st.one_of(st.sampled_from(["actual", "guidance", "target", "estimate", "denied"]), texts),
    speaker=maybe,
    quote=long_texts,
    number=st.tuples(st.integers(-5, 200), st.integers(-5, 400)),
    quote_language=texts,
    source=long_texts,
    url=urls,
    published=dates,
    other_outlets=st.integers(-1, 99),
    languages=st.lists(texts, max_size=3).map(tuple),
    points=st.lists(points, max_size=4).map(tuple),
    reason=long_texts,
    explain=long_texts,
    short=long_texts,
)
notes = st.builds(
    Note,
    kind=st.one_of(st.sampled_from(["conflict", "feed", "summary"]), texts),
    text=long_texts,
    url=st.one_of(st.none(), urls),
)


def messages() -> st.SearchStrategy[Message]:
    """Up to four items and four notes."""
    return st.builds(
        Message,
        id=texts,
        date=st.one_of(st.datetimes().map(lambda when: when.isoformat()), dates),
        audience=long_texts,
        items=st.lists(items, max_size=4).map(tuple),
        notes=st.lists(notes, max_size=4).map(tuple),
        possible_repeat=st.booleans(),
    )
