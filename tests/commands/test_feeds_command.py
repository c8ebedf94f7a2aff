"""Managing feeds and exchanging lists of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes_site import site
from samples import NOON

from monitor.cli import main
from monitor.config import load_config
from monitor.store import feeds
from monitor.store.store import Store

FIRST = "https://a.example/f"
BEFORE = """# my feeds
feeds:
  - {name: First, url: "https://a.example/f", tags: [x]}  # the first
  - https://b.example/f

# who
alerts:
  - {name: Me, console: true}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command in a folder with a configuration; gives back what it printed."""
    (tmp_path / "feeds.yaml").write_text(BEFORE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIGUREWATCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FIGUREWATCH_CONFIG", raising=False)

    def call(*arguments: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr()
        assert ended.value.code == code, said.err
        return said.out if code == 0 else said.out + said.err

    return call


def test_feeds_are_listed_before_the_first_run_without_making_a_database(
    run: Callable[..., str], tmp_path: Path
) -> None:
    rows = json.loads(run("feeds", "list", "--json"))
    assert [(row["name"], row["state"], row["last_success"]) for row in rows] == [
        ("First", "new", None),
        ("b.example/f", "new", None),
    ]
    assert not (tmp_path / "data").exists()


def test_a_list_for_scripts_has_tabs_and_no_head(run: Callable[..., str]) -> None:
    assert run("feeds", "list", "--tag", "x").split("\t")[:3] == ["First", "press", "new"]


def test_adding_offline_keeps_comments_and_layout(run: Callable[..., str], tmp_path: Path) -> None:
    run("feeds", "add", "https://c.example/f", "--offline", "--name", "Third", "--kind", "primary", "--tag", "y")
    text = (tmp_path / "feeds.yaml").read_text()
    added = '  - {name: Third, kind: primary, tags: ["y"], url: "https://c.example/f"}\n'
    assert text == BEFORE.replace("  - https://b.example/f\n", f"  - https://b.example/f\n{added}")


def test_adding_what_is_there_already_changes_nothing_and_says_so(run: Callable[..., str], tmp_path: Path) -> None:
    said = run("feeds", "add", "http://www.a.example/f/", "--offline", code=3)
    assert "the same feed as in line 3" in said
    assert (tmp_path / "feeds.yaml").read_text() == BEFORE


def test_adding_with_a_wrong_value_changes_nothing_and_says_so(run: Callable[..., str], tmp_path: Path) -> None:
    said = run("feeds", "add", "https://c.example/f", "--offline", "--every", "soon", code=3)
    assert '"soon" is no duration' in said
    assert (tmp_path / "feeds.yaml").read_text() == BEFORE


def test_pausing_and_resuming_by_name_part_of_it_or_url(run: Callable[..., str], tmp_path: Path) -> None:
    run("feeds", "pause", "first", "https://b.example/f")
    assert load_config(tmp_path / "feeds.yaml", {"HOME": "/"}).enabled_feeds == ()
    assert "# the first" in (tmp_path / "feeds.yaml").read_text()
    run("feeds", "resume", "fir")
    assert [feed.name for feed in load_config(tmp_path / "feeds.yaml", {"HOME": "/"}).enabled_feeds] == ["First"]


def test_a_name_that_nothing_has_is_wrong_usage_with_a_guess(run: Callable[..., str]) -> None:
    assert "did you mean First?" in run("feeds", "pause", "Frist", code=2)


def test_opml_goes_out_and_comes_in_again(run: Callable[..., str], tmp_path: Path) -> None:
    run("opml", "export", "list.opml")
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - https://z.example/f\n")
    assert "added 2 feeds" in run("opml", "import", "list.opml")
    feeds = load_config(tmp_path / "feeds.yaml", {"HOME": "/"}).feeds
    assert [(feed.name, feed.tags) for feed in feeds[1:]] == [("First", ("x",)), ("b.example/f", ())]
    assert "added 0 feeds" in run("opml", "import", "list.opml")


def test_an_opml_file_that_cannot_be_written_is_told_in_words(run: Callable[..., str]) -> None:
    assert "cannot be written (No such file or directory); name another place" in run(
        "opml", "export", "nowhere/list.opml", code=1
    )


def test_a_key_in_an_address_is_not_exported_and_that_is_said(
    run: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - {name: Mine, url: 'https://z.example/f?api_key=hunter2'}\n")
    with pytest.raises(SystemExit):
        main(["opml", "export", "list.opml"])
    said = capsys.readouterr().err
    assert "the key in the address of Mine was left out" in said
    assert "hunter2" not in said + (tmp_path / "list.opml").read_text()


def test_a_list_from_elsewhere_cannot_ask_for_our_secrets(run: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "in.opml").write_text(
        """<opml version="1.0"><body><outline text="x" xmlUrl="https://c.example/f?k=${HOME}"/>
        <outline text="${HOME}" category="${PATH}" xmlUrl="https://d.example/f"/></body></opml>"""
    )
    assert "added 1 feed" in run("opml", "import", "in.opml")
    feed = load_config(tmp_path / "feeds.yaml", {"HOME": "/"}).feeds[-1]
    assert (feed.url, feed.name, feed.tags) == ("https://d.example/f", "$ {HOME}", ("$ {PATH}",))


def test_an_address_with_a_key_is_tried_with_it_and_added_without(
    run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", "canary-4711")
    with site() as here:
        here.keyed_story(1, "Hello.")
        (tmp_path / "feeds.yaml").write_text(
            f"feeds: []\nallow_hosts: ['{here.host}']\n".replace("[]", f"\n  - {FIRST}")
        )
        url = f"http://{here.host}/keyed?api_key=${{CANARY}}"
        run("feeds", "add", url, "--name", "Keyed")
        assert here.gets[-1] == "/keyed?api_key=canary-4711"
        text = (tmp_path / "feeds.yaml").read_text()
        assert url in text
        assert "canary-4711" not in text
        said = run("feeds", "add", f"http://{here.host}/nothing/${{CANARY}}", code=2)
        assert "is no feed" in said
        assert "canary-4711" not in said
        assert "the environment variable NO_SUCH is not set" in run("feeds", "add", f"{url}${{NO_SUCH}}", code=1)
        run("feeds", "pause", "Keyed")
        assert not load_config(tmp_path / "feeds.yaml", {"HOME": "/", "CANARY": "x"}).feeds[-1].enabled


def test_who_adds_a_key_in_the_clear_is_told_the_better_way(
    run: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["feeds", "add", "https://c.example/f?api_key=canary-4711", "--offline"])
    said = capsys.readouterr()
    assert "better write ${NAME} there" in said.err
    assert "canary-4711" not in said.out + said.err
    assert "a key stands in the clear in the address of c.example/f: better write ${NAME}" in run("check")


def test_a_page_cannot_announce_a_feed_that_asks_for_our_secrets(run: Callable[..., str], tmp_path: Path) -> None:
    with site() as here:
        link = f'<link rel="alternate" type="application/rss+xml" href="{here.url("/x?k=${HOME}")}">'
        here.pages["/"] = ("text/html", f"<html><head>{link}</head></html>".encode())
        (tmp_path / "feeds.yaml").write_text(f"feeds: [{FIRST}]\nallow_hosts: ['{here.host}']\n")
        assert "no feed found" in run("feeds", "discover", here.url("/"), code=1)


def test_folders_of_an_opml_file_become_tags_and_bad_addresses_are_left_out(
    run: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "in.opml").write_text(
        """<opml version="1.0"><body><outline text="Energy"><outline text=" One  &amp; only "
        xmlUrl="https://c.example/f"/><outline text="bad" xmlUrl="javascript:1"/></outline></body></opml>"""
    )
    assert "added 1 feed" in run("opml", "import", "in.opml")
    feed = load_config(tmp_path / "feeds.yaml", {"HOME": "/"}).feeds[-1]
    assert (feed.name, feed.tags) == ("One & only", ("Energy",))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("<opml><body>", "not XML"),
        ("<rss/>", "not OPML"),
        (
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><opml><body><outline text="&b;"/></body></opml>',
            "not XML",
        ),
        ("", "not XML"),
    ],
)
def test_an_opml_file_that_is_none_is_told_in_words(
    run: Callable[..., str], tmp_path: Path, data: str, words: str
) -> None:
    (tmp_path / "in.opml").write_text(data)
    said = run("opml", "import", "in.opml", code=1)
    assert words in said
    assert "root:" not in said
    assert (tmp_path / "feeds.yaml").read_text() == BEFORE


def test_what_is_odd_about_a_feed_that_can_be_read_is_listed(run: Callable[..., str], tmp_path: Path) -> None:
    config = load_config(tmp_path / "feeds.yaml", {})
    store = Store.open(f"sqlite:///{tmp_path / 'data' / 'figurewatch.db'}")
    with store.write() as tx:
        feeds.sync(tx, config.feeds, NOON)
        first = next(one for one in feeds.take_due(tx, NOON, 9, "t") if one.url == FIRST)
        feeds.finish(tx, "t", [{"id": first.id, "due_at": NOON, "hint": {"problems": ["3 links cannot be opened"]}}])
    store.close()
    assert [row["problems"] for row in json.loads(run("feeds", "list", "--json"))] == [["3 links cannot be opened"], []]
    assert run("feeds", "list", "--tag", "x").rstrip("\n").endswith("\t3 links cannot be opened")
