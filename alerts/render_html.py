"""A digest as HTML for mail clients: tables, inlined styles, nothing from outside, dark where that is asked for."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from alerts.chart import MOST_CHARTS, describe, draw_chart, has_chart
from alerts.message import Item, Message
from alerts.text import Marked, clean, marked, shorten, starts_rtl
from alerts.wording import (
    REPEAT,
    capital,
    day,
    difference,
    headline,
    kind_sign,
    kind_word,
    note_groups,
    old_new,
    outlets,
    ranked,
    source,
    status_word,
    subject,
    title,
    value,
    web_url,
    whole,
)

if TYPE_CHECKING:
    from jinja2 import Template

MOST_BYTES = 100_000  # Gmail cuts a mail's HTML at 102 KB
MOST_CARDS = 20
MOST_LINES = 150
MOST_NOTES = 30
LONGEST_LINK = 2000
LONGEST_WHOLE = 24  # characters of a value that no line end may tear; more would not fit beside its name on a phone
TONES = {"new": "new", "withdrawn": "alarm", "corrected": "alarm", "narrowed": "range", "widened": "range"}


@dataclass(frozen=True, slots=True)
class Card:
    """What the template prints of one item; every string is plain text, escaped by jinja."""

    item: Item
    title: str
    period: str
    old: str
    new: str
    long: bool  # too many characters for large type
    difference: str
    tone: str
    sign: str
    kind: str
    status: str
    quote: Marked
    language: str
    rtl: bool  # as dir="auto" will decide; the bar stands where the sentence begins
    speaker: str
    source: str
    date: str
    url: str
    outlets: str
    reason: str
    explain: str
    chart: str  # the image's address, "" when there is none
    alt: str
    brief: tuple[tuple[str, bool], ...]  # "old → new" in one line, in pieces; true: short enough to be kept whole


@dataclass(frozen=True, slots=True)
class Room:
    """How many items are told in full, how many in a line, and how many notes of each kind."""

    cards: int = MOST_CARDS
    lines: int = MOST_LINES
    notes: int = MOST_NOTES

    def less(self) -> "Room":
        """Fewer cards first: their items then come in a line."""
        return (
            Room(self.cards // 2, self.lines, self.notes) if self.cards else Room(0, self.lines // 2, self.notes // 2)
        )


def render_html(message: Message, *, brand_url: str = "") -> str:
    """The HTML for previews and files: as in the mail, with the charts as data URIs."""
    images = charts(message)
    links = {key: f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}" for key, data in images.items()}
    return compose(message, links, brand_url=brand_url)


def charts(message: Message) -> dict[int, bytes]:
    """PNG charts by the position of their item, for the first dozen items that have one."""
    drawn = [position for position, item in enumerate(message.items[:MOST_CARDS]) if has_chart(item)]
    return {position: draw_chart(message.items[position]) for position in drawn[:MOST_CHARTS]}


def compose(message: Message, images: Mapping[int, str], *, brand_url: str = "") -> str:
    """The whole document, with the address of each chart from `images`. Without images it stays under 100 kB.

    What does not fit in full comes as one line an item, and then as a number; the plain text part always has it all.
    """
    weight = sum(len(address) for address in images.values())
    room = Room()
    while True:
        html = _document(message, images, room, brand_url)
        if len(html.encode()) - weight <= MOST_BYTES:
            return html
        room = room.less()


def _document(message: Message, images: Mapping[int, str], room: Room, brand_url: str) -> str:
    shown = [_card(item, images.get(position, "")) for position, item in enumerate(message.items[: room.cards])]
    brief = [_card(item, "") for item in message.items[room.cards : room.cards + room.lines]]
    groups = [
        (group.title, [(shorten(note.text, 400), _link(note.url)) for note in group.notes[: room.notes]])
        for group in note_groups(message)
    ]
    left_notes = sum(max(len(group.notes) - room.notes, 0) for group in note_groups(message))
    html = _template().render(
        subject=subject(message),
        preheader=shorten(
            " · ".join(f"{title(item, 50)} {old_new(item, 30)}" for item in ranked(message.items)[:4]), 180
        ),
        headline=headline(message),
        date=day(message.date),
        repeat=REPEAT if message.possible_repeat else "",
        glance=shown if len(shown) > 3 else [],
        cards=shown,
        brief=brief,
        left=len(message.items) - len(shown) - len(brief),
        groups=groups,
        left_notes=left_notes,
        audience=shorten(message.audience, 80),
        digest=shorten(message.id, 80),
        brand_url=web_url(brand_url),
    )
    return _inliner()(html)


def _card(item: Item, chart: str) -> Card:
    old, new = value(item.old, 120), value(item.new, 120)
    tone = TONES.get(item.kind) or {"raised": "up", "lowered": "down"}.get(item.direction or "", "plain")
    quote = marked(item)
    return Card(
        item=item,
        title=title(item),
        period=shorten(item.period, 80),
        old=old,
        new=new,
        long=len(old) > LONGEST_WHOLE or len(new) > LONGEST_WHOLE,
        difference=difference(item),
        tone=tone,
        sign=kind_sign(item),
        kind=kind_word(item),
        status=status_word(item),
        quote=quote,
        language=_language(item.quote_language),
        rtl=starts_rtl(quote.before + quote.number + quote.after),
        speaker=shorten(item.speaker or "", 120),
        source=source(item),
        date=day(item.published),
        url=_link(item.url),
        outlets=capital(outlets(item)),
        reason=capital(shorten(item.reason, 240)),
        explain=shorten(item.explain, 120),
        chart=chart,
        alt=clean(describe(item)) if chart else "",
        brief=tuple((piece, len(piece) <= LONGEST_WHOLE) for piece in whole(old_new(item, 60))),
    )


def _link(url: str | None) -> str:
    """The address to link; a monstrous one is left out here, the plain text has it whole."""
    plain = web_url(url)
    return plain if len(plain) <= LONGEST_LINK else ""


def _language(code: str) -> str:
    return code if code.replace("-", "").isascii() and code.replace("-", "").isalnum() and len(code) <= 20 else ""


@lru_cache(maxsize=1)
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("alerts", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("digest.html.j2")


@lru_cache(maxsize=1)
def _inliner() -> Callable[[str], str]:
    """Puts the style rules on the elements, for clients that drop style sheets, and adds the adaptive ones after."""
    import css_inline

    adaptive = (files("alerts") / "templates" / "adaptive.css").read_text("utf-8")
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, minify_css=True)
    return lambda html: inliner.inline(html).replace("</head>", f"<style>\n{adaptive}</style>\n</head>", 1)
