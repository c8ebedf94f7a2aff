"""Stories whose words attack whoever reads of them, through the real daemon: the figures arrive, the attacks do not."""

import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from chaos.checker import check
from chaos.desks import HttpDesk, MailDesk
from chaos.life import Life, life
from chaos.newsroom import Fact, Newsroom

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("hostile-words")]

WORDS = (
    "<@U024BE7LH> <#C024BE7LR> <https://evil.example/|click here> <!channel>",
    "*bold* ~gone~ `code` _italic_ &lt;@U024BE7LH&gt; &lt;!here&gt;",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "</blockquote></td></table><h1>You have won</h1>",
    "<a href='javascript:alert(3)'>read on</a>",
    "\u202egnihtyreve\u202c \u2066hidden\u2069",
    "x\r\nBcc: victim@evil.example\r\n\r\nA second message",
    "{{ 7 * 7 }} {% include '/etc/passwd' %} ${HOME} %(levelname)s",
)


@dataclass
class HostileNewsroom(Newsroom):
    """Each story has an attack in its title and in its sentence, and the feed one in its name."""

    def feed(self) -> str:
        plain = super().feed()
        for fact, _ in self.published:
            words = self.words(fact)
            plain = plain.replace(f"<title>{fact.title}</title>", f"<title>{twice(f'{fact.title} {words}')}</title>")
            told = f"{fact.sentence.removesuffix('.')} ({words})."
            plain = plain.replace(f"<description>{fact.sentence}", f"<description>{twice(told)}")
        return plain.replace("<title>Newsroom</title>", f"<title>{twice(WORDS[0])}</title>")

    def words(self, fact: Fact) -> str:
        return WORDS[fact.number % len(WORDS)]

    def link(self, fact: Fact) -> str:
        """Told by the feed alone, so that the words arrive as they are."""
        return ""


def twice(text: str) -> str:
    """As text in a feed's HTML, not as markup; control characters as references."""
    return escape(escape(text)).replace("\r", "&#13;").replace("\n", "&#10;")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """A daemon that has told one story of each kind by mail and to Slack."""
    folder: Path = tmp_path_factory.mktemp("words")
    with life(folder, channels=("email", "slack"), newsroom=HostileNewsroom()) as one:
        one.begin()
        for _ in WORDS:
            one.newsroom.publish()
        one.settle()
        yield one


def letters(one: Life) -> list[EmailMessage]:
    desk = one.desks["email"]
    assert isinstance(desk, MailDesk)
    return [email.message_from_bytes(raw, policy=email.policy.default) for raw in desk.letters]


def html(one: Life) -> str:
    parts = [letter.get_body(("html",)) for letter in letters(one)]
    return "".join(part.get_content() for part in parts if part)


def slack(one: Life) -> str:
    desk = one.desks["slack"]
    assert isinstance(desk, HttpDesk)
    return "".join(message.text for message in desk.arrived)


def test_every_figure_arrives_however_its_story_is_worded(told: Life) -> None:
    assert check(told) == []
    for attack in ("click here", "alert(1)", "You have won", "gnihtyreve", "read on", "/etc/passwd"):
        assert attack in html(told)  # shown as words
        assert attack in slack(told)


def test_no_word_of_a_story_becomes_a_header_of_a_mail(told: Life) -> None:
    for letter in letters(told):
        assert "Bcc" not in letter
        assert letter["To"] == "desk@example.com"
        assert len(letter.get_all("Subject", [])) == 1
        assert not any(ord(char) < 32 or char in "\u202e\u2066" for char in letter["Subject"])


def test_no_word_of_a_story_becomes_markup_of_a_mail(told: Life) -> None:
    page = html(told)
    for markup in ("<script", "<img src=x", "<h1>You", "='javascript", "</blockquote></td>"):
        assert markup not in page.replace("&lt;a href='javascript:alert(3)'&gt;", "")
    assert "&lt;script&gt;alert(1)" in page
    assert "49" not in page.partition("7 * 7")[2][:40]


def test_no_word_of_a_story_calls_anybody_or_links_anywhere_in_slack(told: Life) -> None:
    text = slack(told)
    for markup in ("<!", "<@U024", "<#C024", "<https://evil.example"):
        assert markup not in text
    assert "&lt;@U024BE7LH&gt; &lt;#C024BE7LR&gt; &lt;https://evil.example/|click here&gt;" in text
    assert "&amp;lt;@U024BE7LH&amp;gt;" in text
    assert "*bold*" not in text


def test_no_word_of_a_story_turns_the_direction_of_ours(told: Life) -> None:
    plain = "".join(part.get_content() for letter in letters(told) if (part := letter.get_body(("plain",))))
    for text in (plain, html(told), slack(told), json.dumps(told.command("alerts", "list", "--json").stdout)):
        assert "\u202e" not in text
        assert "\u2066" not in text
