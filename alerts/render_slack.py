"""A digest as Slack messages: Block Kit within Slack's limits, with nothing in outside text that Slack could act on.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks, header 150, section text 3000 characters).
"""

import re
from typing import Any

from alerts.message import Item, Message
from alerts.series import spark, steps
from alerts.text import clean, isolate, marked, shorten
from alerts.wording import (
    REPEAT,
    day,
    difference,
    heading,
    headline,
    kind_sign,
    kind_word,
    note_groups,
    old_new,
    outlets,
    source,
    status_word,
    subject,
    web_url,
)

MAX_BLOCKS = 50
MAX_SECTION = 3000
MAX_HEADER = 150
MAX_CHARACTERS = 12_000  # of one message; Slack refuses long ones as msg_blocks_too_long without naming the limit
MOST_FULL = 33  # three messages; what comes after is told in one line an item
LONGEST_LINK = 800
RESERVED = 3  # header, repeat banner, footer
Block = dict[str, Any]

# Slack has no escape for its own marks: these look the same and format nothing.
_MARKS = str.maketrans({"*": "∗", "_": "\u02cd", "~": "∼", "`": "ˋ", "&": "&amp;", "<": "&lt;", ">": "&gt;"})


def render_slack(message: Message) -> list[dict[str, Any]]:
    """One payload a Slack message, in order; a digest fits one unless it is long. `text` is for notifications.

    How the items are split depends on the items alone, so a repeat has the same parts.
    """
    full = [_item_blocks(item) for item in message.items[:MOST_FULL]]
    brief = [[block] for block in _sections([_brief(item) for item in message.items[MOST_FULL:]])]
    chunks = _chunks(full + brief + _note_blocks(message))
    return [_payload(message, blocks, number, len(chunks)) for number, blocks in enumerate(chunks, start=1)]


def escape(text: str) -> str:
    """Outside text for mrkdwn: cleaned, `&<>` escaped, formatting marks replaced by look-alikes."""
    return clean(text).translate(_MARKS)


def _chunks(groups: list[list[Block]]) -> list[list[Block]]:
    """Whole groups together, in as few messages as the limits allow; always at least one."""
    chunks: list[list[Block]] = [[]]
    size = 0
    for group in groups:
        weight = sum(_weight(block) for block in group)
        if chunks[-1] and (len(chunks[-1]) + len(group) > MAX_BLOCKS - RESERVED or size + weight > MAX_CHARACTERS):
            chunks.append([])
            size = 0
        chunks[-1] += group
        size += weight
    return chunks


def _weight(block: Block) -> int:
    texts = [block.get("text", {}), *block.get("elements", ())]
    return sum(len(text.get("text", "")) for text in texts)


def _payload(message: Message, blocks: list[Block], number: int, total: int) -> dict[str, Any]:
    part = f" ({number}/{total})" if total > 1 else ""
    head: list[Block] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": shorten(headline(message), MAX_HEADER - 20) + part, "emoji": False},
        }
    ]
    if message.possible_repeat:
        head.append(_context(REPEAT))
    foot = " · ".join(
        [escape(day(message.date)), escape(shorten(message.audience, 60)), f"digest {_code(shorten(message.id, 60))}"]
    )
    return {
        "text": escape(subject(message)) + part,
        "blocks": [*head, *blocks, _context(foot)],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _item_blocks(item: Item) -> list[Block]:
    gap = difference(item)
    lines = [f"*{_bold(heading(item))}*", f"{kind_sign(item)} {_old_new(item)}" + (f"   {escape(gap)}" if gap else "")]
    lines.append(f"{escape(kind_word(item))} · {escape(status_word(item))}")
    line = spark(item)
    if line:
        lines[-1] += f"   {line} since {escape(steps(item)[0].date)}"
    return [
        {"type": "divider"},
        _section("\n".join(lines)),
        _section(f"> {_quote(item)}"),
        _context(_origin(item)),
    ]


def _old_new(item: Item) -> str:
    old, arrow, new = old_new(item).partition(" → ")
    return f"{escape(old)} {arrow.strip()} *{_bold(new)}*" if arrow else f"*{_bold(old)}*"


def _bold(text: str) -> str:
    return escape(text) or "–"


def _quote(item: Item) -> str:
    """The number in bold; zero-width spaces make the asterisks count where no blank stands beside them (CJK)."""
    piece = marked(item, 500)
    number = f"\u200b*{escape(piece.number)}*\u200b" if piece.number else ""
    before, after = (_keep_ends(part) for part in (piece.before, piece.after))
    return isolate(f"“{before}{number}{after}”")


def _keep_ends(piece: str) -> str:
    left = " " if piece.startswith(" ") else ""
    right = " " if piece.strip() and piece.endswith(" ") else ""
    return f"{left}{escape(piece)}{right}"


def _origin(item: Item) -> str:
    link = _link(web_url(item.url), source(item))
    speaker = isolate(escape(shorten(item.speaker or "", 80)))
    said = [speaker, link, escape(day(item.published)), escape(outlets(item)), _code(shorten(item.explain, 100))]
    return " · ".join(part for part in said if part)


def _href(url: str) -> str:
    """A URL between Slack's `<` and `|`: its own signs percent-encoded, `&` as Slack wants it."""
    plain = re.sub(r"[<>|`*~]", lambda found: f"%{ord(found[0]):02X}", url)
    return plain.replace("&", "&amp;")


def _brief(item: Item) -> str:
    return f"• {escape(heading(item, 100))}: {_old_new(item)} · {_link(web_url(item.url), source(item))}"


def _link(url: str, words: str) -> str:
    """A link, or the words alone when there is no address that Slack would take."""
    shown, href = isolate(escape(words)), _href(url)
    return f"<{href}|{shown.replace('|', '¦')}>" if url and len(href) <= LONGEST_LINK else shown


def _note_blocks(message: Message) -> list[list[Block]]:
    groups: list[list[Block]] = []
    for group in note_groups(message):
        lines = [f"*{escape(group.title)}*"]
        for note in group.notes:
            link = _link(web_url(note.url), "Link") if web_url(note.url) else ""
            lines.append(f"• {isolate(escape(shorten(note.text, 400)))} {link}".rstrip())
        groups += [[{"type": "divider"}], *([block] for block in _sections(lines))]
    return groups


def _sections(lines: list[str]) -> list[Block]:
    """The lines in as few sections as Slack's limit for one allows."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= MAX_SECTION:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [_section(text) for text in texts]


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _code(text: str) -> str:
    """Words to be copied as they are: Slack formats nothing between backticks."""
    plain = clean(text).replace("`", "'")
    return f"`{plain.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}`" if plain else ""


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}
