"""feeds.yaml as users write it, and what they are told when they slip."""

from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.config import Config, ConfigError, load_config
from monitor.core.types.audiences import ChannelKind
from monitor.core.types.ledger import SourceKind

ENV = {"HOME": "/home/somebody"}
FEED = "https://news.example/feed"


def load(tmp_path: Path, text: str | bytes, **env: str) -> Config:
    path = tmp_path / "feeds.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_config(path, {**ENV, **env})


def complaints(tmp_path: Path, text: str | bytes, **env: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, **env)
    return list(caught.value.lines())


def test_a_bare_url_is_a_whole_configuration(tmp_path: Path) -> None:
    config = load(tmp_path, f"feeds: [{FEED}]")
    (feed,) = config.feeds
    assert (feed.url, feed.name, feed.kind, feed.enabled) == (FEED, "news.example", SourceKind.PRESS, True)
    assert [channel.kind for audience in config.audiences for channel in audience.channels] == [ChannelKind.CONSOLE]
    assert config.data_dir == Path("/home/somebody/.local/share/figurewatch")
    assert config.database_url == "sqlite:////home/somebody/.local/share/figurewatch/figurewatch.db"


def test_everything_a_feed_can_say_is_read(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
feeds:
  - url: https://news.example/feed
    name: The Example
    kind: primary
    every: 1h30m
    language: pt_BR
    tags: [energy, 2025]
    headers: {Authorization: "Bearer ${TOKEN}", Accept: text/xml}
    enabled: false
""",
        TOKEN="s3cret",
    )
    (feed,) = config.feeds
    assert feed.every == timedelta(minutes=90)
    assert (feed.kind, feed.language, feed.tags) == (SourceKind.PRIMARY, "pt-BR", ("energy", "2025"))
    assert dict(feed.headers) == {"Authorization": "Bearer s3cret", "Accept": "text/xml"}
    assert config.enabled_feeds == ()
    assert config.secrets == ("s3cret",)


def test_an_audience_takes_its_mail_server_from_the_common_one(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
feeds: [https://news.example/feed]
smtp: {host: mail.example, sender: watch@example.org, security: tls, password: "${PW}", username: me}
alerts:
  - name: Team A
    email: [a@example.org, b@example.org]
    schedule: {at: ["17:00", 08:30], days: mon-fri, zone: Europe/Berlin, quiet: 22:00-07:00}
    metrics: meta.*
    min_percent: 1.5
""",
        PW="hunter2",
    )
    (audience,) = config.audiences
    (channel,) = audience.channels
    assert (channel.id, channel.recipients) == ("team-a.email", ("a@example.org", "b@example.org"))
    assert dict(channel.settings) == {
        "host": "mail.example",
        "port": "465",
        "security": "tls",
        "username": "me",
        "password": "hunter2",
        "sender": "watch@example.org",
    }
    assert audience.schedule.at == (time(8, 30), time(17, 0))
    assert audience.schedule.weekdays == frozenset(range(5))
    assert audience.schedule.quiet == (time(22), time(7))
    assert (audience.rules[0].metrics, audience.rules[0].min_percent) == (("meta.*",), Decimal("1.5"))


def test_one_audience_may_have_channels_of_every_kind(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
feeds: [https://news.example/feed]
alerts:
  - name: All
    schedule: every 6h
    slack: ["${HOOK}", {token: "${BOT}", channel: "#infra"}]
    webhook: {url: https://hooks.example/x, secret: "${KEY}"}
    file: {path: digests, formats: [eml, html]}
    console: true
    rules:
      - {metrics: meta.headcount, drop: true}
      - {metrics: ["meta.*"], kinds: changed, direction: raised, sources: primary, min_absolute: 1e9}
""",
        HOOK="https://hooks.slack.com/services/T/B/x",
        BOT="xoxb-1",
        KEY="k",
    )
    (audience,) = config.audiences
    assert [channel.id for channel in audience.channels] == [
        "all.slack",
        "all.slack-2",
        "all.webhook",
        "all.file",
        "all.console",
    ]
    assert audience.schedule.every == timedelta(hours=6)
    assert audience.rules[0].drop
    assert audience.rules[1].min_absolute == Decimal(1_000_000_000)
    assert "hooks.slack.com" not in repr(config)
    assert "xoxb" not in repr(config)


def test_every_mistake_is_told_at_once_with_its_place_and_remedy(tmp_path: Path) -> None:
    lines = complaints(
        tmp_path,
        """contat: me@example.org
feeds:
  - ftp://news.example/feed
  - url: https://a.example/feed
    kind: primry
    every: 1x
    evry: 3
  - http://www.a.example/feed/
  - name: nothing else
alerts:
  - name: Team
    schedule: {at: 25:30, days: mon-fryday, zone: Berlin}
    slack: ${HOOK}
""",
    )
    assert lines == [
        'feeds.yaml:1:1: contat: unknown key; did you mean "contact"?',
        (
            'feeds.yaml:3:5: feeds[0].url: "ftp://news.example/feed" is no web address; '
            'write it in full, with "https://" in front'
        ),
        'feeds.yaml:5:11: feeds[1].kind: "primry" is not one of the choices; did you mean "primary"?',
        (
            'feeds.yaml:6:12: feeds[1].every: "1x" is no duration; '
            'write a number with its unit: "90s", "30m", "6h" or "1d"'
        ),
        'feeds.yaml:7:5: feeds[1].evry: unknown key; did you mean "every"?',
        "feeds.yaml:8:5: feeds[2].url: the same feed as in line 4; keep one of the two",
        "feeds.yaml:9:5: feeds[3].url: missing; add 'url: …' here",
        (
            'feeds.yaml:12:20: alerts[0].schedule.at: "25:30" is no time of day; '
            'write hours and minutes on the 24-hour clock: "08:30"'
        ),
        (
            'feeds.yaml:12:33: alerts[0].schedule.days: "mon-fryday" is no weekday; '
            "write mon, tue, …, mon-fri, weekdays, weekend or daily"
        ),
        'feeds.yaml:12:51: alerts[0].schedule.zone: "Berlin" is no time zone; did you mean "Europe/Berlin"?',
        (
            "feeds.yaml:13:12: alerts[0].slack: the environment variable HOOK is not set; "
            "set HOOK, or set HOOK_FILE to the path of a file that holds it"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "feeds.yaml:1:1: feeds: the file is empty; begin with 'feeds:' and list URLs below it"),
        ("# nothing yet\n", "feeds.yaml:1:1: feeds: the file is empty; begin with 'feeds:' and list URLs below it"),
        ("- https://a.example/f", "feeds.yaml:1:1: the file is not a mapping; begin with 'feeds:'"),
        ("feeds: []", "feeds.yaml:1:8: feeds: a list is empty; write at least one entry"),
        (
            "smtp: {host: '', port: 0}\nfeeds: [https://a.example/f]",
            "feeds.yaml:1:14: smtp.host: the value is empty; write something",
        ),
        (
            "smtp: {host: a, port: 70000}\nfeeds: [https://a.example/f]",
            'feeds.yaml:1:23: smtp.port: "70000" is too large; write 65535 or',
        ),
        (
            "smtp: {host: a, port: 0}\nfeeds: [https://a.example/f]",
            'feeds.yaml:1:23: smtp.port: "0" is too small; write 1 or',
        ),
        ("feeds:\n\t- x", "feeds.yaml:2:1: a tab cannot indent; use spaces"),
        ("feeds: ['x", "feeds.yaml:1:9: a quote or bracket is opened here and never closed; close it"),
        ("feeds:\n- [x\n", "feeds.yaml:2:3: a quote or bracket is opened here and never closed; close it"),
        ("feeds: a: b", "feeds.yaml:1:9: a second ':' in one line"),
        ("feeds: @x", "feeds.yaml:1:8: found character '@' that cannot start any token; put the value in quotes"),
        ("feeds: &x [https://a.example/f]", "feeds.yaml:1:8: feeds: anchor &x; remove it"),
        ("feeds: [*x]", "feeds.yaml:1:9: feeds[0]: alias *x; write the value out"),
        ("feeds: !!set [https://a.example/f]", "feeds.yaml:1:8: feeds: tag tag:yaml.org,2002:set; remove it"),
        (
            "feeds: [https://a.example/f]\nfeeds: []",
            "feeds.yaml:2:1: feeds: written twice, first in line 1; keep one of the two",
        ),
        ("feeds: [https://a.example/f]\n---\nx: 1", "feeds.yaml:2:1: a second document begins; remove the '---' line"),
        ("feeds: []", "feeds.yaml:1:8: feeds: a list is empty"),
        ("feeds: https://a.example/f", 'feeds.yaml:1:8: feeds: "https://a.example/f" is not a list'),
        ("feeds: {a: 1}", "feeds.yaml:1:8: feeds: a mapping is not a list"),
        ("feeds: [[a]]", "feeds.yaml:1:9: feeds[0]: a list is not a mapping"),
        ("feeds: [https://a.example/f]\nsmtp: 3", 'feeds.yaml:2:7: smtp: "3" is not a mapping'),
        ("feeds: [https://u:p@a.example/f]", "feeds.yaml:1:9: feeds[0].url: a user name or password in the URL"),
        ("feeds: ['https://a.example/f g']", "feeds.yaml:1:9: feeds[0].url:"),
        ("feeds: ['https://[::1/f']", "feeds.yaml:1:9: feeds[0].url:"),
        ("feeds: [{url: https://a.example/f, every: 10s}]", "feeds.yaml:1:43: feeds[0].every: more often"),
        ("feeds: [{url: https://a.example/f, every: 0m}]", 'feeds.yaml:1:43: feeds[0].every: "0m" is out of range'),
        ("feeds: [{url: https://a.example/f, enabled: yes}]", 'feeds.yaml:1:45: feeds[0].enabled: "yes" is not true'),
        ("feeds: [{url: https://a.example/f, language: '?'}]", 'feeds.yaml:1:46: feeds[0].language: "?" is no lang'),
        (
            "feeds: [{url: https://a.example/f, headers: {Authorization: abc}}]",
            "feeds.yaml:1:61: feeds[0].headers.Authorization: a secret in the clear; write ${NAME}",
        ),
        (
            'feeds: [{url: https://a.example/f, headers: {"X Y": abc}}]',
            'feeds.yaml:1:53: feeds[0].headers.X Y: "X Y" is no header name',
        ),
        ("contact: ${X}\nfeeds: [https://a.example/f]", "feeds.yaml:1:10: contact: ${…} stands for secrets only"),
        (
            "feeds: [https://a.example/f]\npolling: {proxy: proxy.example}",
            "feeds.yaml:2:18: polling.proxy: no proxy's a",
        ),
        (
            "feeds: [https://a.example/f]\npolling: {proxy: 'http://proxy.example'}",
            'feeds.yaml:2:18: polling.proxy: a proxy without its port; write it as "http://proxy.example:3128"',
        ),
        (
            "feeds: [https://a.example/f]\npolling: {proxy: 'http://proxy.example:3128/x'}",
            'feeds.yaml:2:18: polling.proxy: a proxy\'s address ends with its port; write "http://proxy.example:3128"',
        ),
        (
            "feeds: [https://a.example/f]\npolling: {proxy: 'http://me:pw@proxy.example:3128'}",
            "feeds.yaml:2:18: polling.proxy: a secret in the clear; write ${PROXY_URL} and set that variable",
        ),
        (
            "feeds: [https://a.example/f]\nsmtp: {ca_file: nowhere.pem}",
            'feeds.yaml:2:17: smtp.ca_file: no file "nowhere.pem"; write the path of a PEM file from here',
        ),
        ("feeds: [https://a.example/f]\nsmtp: {password: abc}", "feeds.yaml:2:18: smtp.password: a secret in the cle"),
        ("feeds: [https://a.example/f]\nsmtp: {password: ${X}}", "feeds.yaml:2:19: ${…} inside brackets; put it in"),
        ("feeds: [https://a.example/f]\nsmtp: {port: '25'}", 'feeds.yaml:2:14: smtp.port: "25" is not a whole number'),
        ("feeds: [https://a.example/f]\nsmtp: {port: 99999}", 'feeds.yaml:2:14: smtp.port: "99999" is too large'),
        ("feeds: [https://a.example/f]\nwatch: {ping_url: '${}'}", "feeds.yaml:2:19: watch.ping_url: ${} names no"),
        ("feeds: [https://a.example/f]\nwatch: {ping_url: 'x${A'}", "feeds.yaml:2:19: watch.ping_url: a ${ without"),
        ("feeds: [https://a.example/f]\nallow_hosts: [localhost]", 'feeds.yaml:2:15: allow_hosts[0]: "localhost" is'),
        ("feeds: [https://a.example/f]\nmetrics: [no.yaml]", 'feeds.yaml:2:11: metrics[0]: no file "no.yaml"'),
        ("feeds: [https://a.example/f]\nseeds: nowhere", 'feeds.yaml:2:8: seeds: no folder "nowhere"'),
        ("feeds: [https://a.example/f]\ndatabase: mysql://x/y", "feeds.yaml:2:11: database: no database of a known k"),
        ("feeds: [https://a.example/f]\npolling: {every: 2m}", "feeds.yaml:2:18: polling.every: more often than"),
        (
            "feeds: [https://a.example/f]\npolling: {connections: 0}",
            'feeds.yaml:2:24: polling.connections: "0" is too small',
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A}]",
            "feeds.yaml:2:10: alerts[0]: nobody to tell; add one of: email, slack, webhook, file, console",
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, email: a@b.c}]",
            "feeds.yaml:2:27: alerts[0].email: no host; add 'host: …' here or under 'smtp:'",
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, email: {to: a@b.c, username: u}}]",
            "feeds.yaml:2:49: alerts[0].email: a username without a password; set both, or neither",
        ),
        (
            "feeds: [http://a.b/f]\nsmtp: {security: none, password: '${HOME}'}\nalerts: [{name: A, email: a@b}]",
            "feeds.yaml:2:18: alerts[0].email: the password would travel in the clear; write starttls or tls",
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, slack: {}}]",
            "feeds.yaml:2:27: alerts[0].slack: no way to reach it; give url, or token and channel",
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, slack: https://hooks.slack.com/services/x}]",
            "feeds.yaml:2:27: alerts[0].slack: a secret in the clear; write ${SLACK_URL} and set that variable",
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, console: true, metrics: [Meta Capex]}]",
            'feeds.yaml:2:45: alerts[0].metrics[0]: "Meta Capex" is no metric pattern',
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, console: true, schedule: sometimes}]",
            'feeds.yaml:2:45: alerts[0].schedule: "sometimes" is no schedule; write "at once", "every 6h", "daily"',
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, console: true, schedule: {at: 08:00}}]",
            "feeds.yaml:2:45: alerts[0].schedule: 'at' without a zone; add 'zone: Europe/Berlin' (or UTC)",
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, console: true, schedule: {every: 1h, at: 08:00}}]",
            "feeds.yaml:2:53: alerts[0].schedule.every: both every and at",
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, console: true}, {name: a, console: true}]",
            "feeds.yaml:2:43: alerts[1].name: the same name as in line 2",
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, console: true, min_percent: -1}]",
            'feeds.yaml:2:48: alerts[0].min_percent: "-1" is too small; write 0 or more',
        ),
        (
            "feeds: [https://a.example/f]\nalerts: [{name: A, console: true, metrics: x, rules: [{drop: true}]}]",
            "feeds.yaml:2:44: alerts[0].metrics: both metrics and rules",
        ),
    ],
)
def test_a_mistake_is_told_where_it_is(tmp_path: Path, text: str, expected: str) -> None:
    lines = complaints(tmp_path, text)
    assert any(line.startswith(expected) for line in lines), lines


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"feeds:\n  - https://a.example/\xe9", "feeds.yaml:2:23: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        ("feeds: []".encode("utf-16"), "feeds.yaml:1:1: the file is in UTF-16; save it as UTF-8"),
        (b"feeds:\n  - x\x00", "feeds.yaml:2:6: control character U+0000; remove it"),
        (b"[" * 200, "feeds.yaml:1:26: nested more than 24 deep; flatten it"),
        (b"#" * 4_000_001, "feeds.yaml:1:1: the file has 4000001 bytes; keep it under 4000000"),
        (b"? [a, b]\n: c\n", "feeds.yaml:1:3: a key must be a word; write 'key: value'"),
    ],
)
def test_bytes_that_are_no_yaml_are_told_without_a_traceback(tmp_path: Path, data: bytes, expected: str) -> None:
    assert expected in complaints(tmp_path, data)


def test_a_secret_of_several_lines_is_told_at_its_reference_and_not_shown(tmp_path: Path) -> None:
    text = 'feeds: ["https://a.example/f?key=${KEY}"]'
    (line,) = complaints(tmp_path, text, KEY="canary\nanother")
    assert line.startswith("feeds.yaml:1:9: feeds[0]: the value of KEY has a line break or control character; write it")


@pytest.mark.parametrize(
    "url", ["ftp://a.example/f?api_key=canary77", "https://me:canary77@a.example/f", "https://a b/?x=canary77"]
)
def test_the_complaint_about_an_address_shows_no_key_of_it(url: str, tmp_path: Path) -> None:
    (line,) = complaints(tmp_path, f"feeds: ['{url}']")
    assert "canary77" not in line


@pytest.mark.parametrize(
    ("written", "shown", "name"),
    [
        ("https://a.example/f.rss?api_key=${KEY}", "https://a.example/f.rss?api_key=${KEY}", "a.example/f"),
        ("https://a.example/${KEY}/f.rss", "https://a.example/${KEY}/f.rss", "a.example/${KEY}/f"),
        ("https://a.example/f?token=clear-4711-key&x=1#top", "https://a.example/f?token=…&x=1#top", "a.example/f"),
        ("${WHOLE}", "https://b.example/…", "b.example/…"),
        ("https://${HOST}/f", "https://c.example/…", "c.example/…"),
    ],
)
def test_the_secret_in_a_feeds_address_is_used_and_never_shown(
    written: str, shown: str, name: str, tmp_path: Path
) -> None:
    env = {"KEY": "canary-in-url", "WHOLE": "https://b.example/canary-in-url", "HOST": "c.example"}
    config = load(tmp_path, f"feeds: ['{written}']", **env)
    (feed,) = config.feeds
    assert "${" not in feed.url
    assert (feed.shown, feed.name, feed.secret) == (shown, name, True)
    assert set(config.secrets) & {"canary-in-url", "clear-4711-key", "https://b.example/canary-in-url", "c.example"}
    assert "canary" not in repr(config)
    assert "clear-4711" not in repr(config)


def test_a_feed_stays_the_same_when_its_key_is_changed(tmp_path: Path) -> None:
    text = 'feeds: ["https://a.example/f?api_key=${KEY}"]'
    one, other = (load(tmp_path, text, KEY=key).feeds[0] for key in ("one", "other"))
    assert one.id == other.id


def test_the_proxy_is_read_with_its_password_from_the_environment_and_shown_without(tmp_path: Path) -> None:
    text = "feeds: [https://a.example/f]\npolling: {proxy: 'http://${WHO}:${PW}@proxy.example:3128/'}"
    config = load(tmp_path, text, WHO="somebody", PW="canary-pw")
    assert config.polling.proxy == "http://somebody:canary-pw@proxy.example:3128"
    assert config.polling.proxy_shown == "http://proxy.example:3128"
    assert "canary" not in repr(config)
    assert "canary-pw" in config.secrets


def test_a_file_of_authorities_lies_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("")
    text = (
        "feeds: [https://a.b/f]\nsmtp: {host: m.b, sender: a@b.c, ca_file: own.pem}\nalerts: [{name: A, email: d@b.c}]"
    )
    (channel,) = load(tmp_path, text).audiences[0].channels
    assert dict(channel.settings)["ca_file"] == str(tmp_path / "own.pem")


def test_a_byte_order_mark_and_windows_line_ends_are_welcome(tmp_path: Path) -> None:
    config = load(tmp_path, b"\xef\xbb\xbffeeds:\r\n  - https://a.example/f\r\n")
    assert config.feeds[0].url == "https://a.example/f"


def test_a_missing_file_and_a_directory_are_told_with_a_remedy(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "no.yaml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(ConfigError, match=words):
            load_config(path, ENV)


def test_a_section_whose_lines_are_all_commented_out_counts_as_absent(tmp_path: Path) -> None:
    config = load(tmp_path, f"feeds:\n  - {FEED}\npolling:\n  # every: 1h\nalerts:\nsmtp:\n")
    assert config.polling.connections == 128


def test_a_feed_without_a_rate_takes_the_one_for_all(tmp_path: Path) -> None:
    config = load(tmp_path, "polling: {every: 2h}\nfeeds: [https://a.example/f, {url: https://b.example/f, every: 1h}]")
    assert [feed.every for feed in config.feeds] == [timedelta(hours=2), timedelta(hours=1)]


def test_words_that_other_yaml_readers_turn_into_booleans_and_numbers_stay_words(tmp_path: Path) -> None:
    config = load(tmp_path, f"feeds:\n  - {{url: {FEED}, name: no, tags: [on, 0123, 1.10, 12:30]}}")
    assert config.feeds[0].name == "no"
    assert config.feeds[0].tags == ("on", "0123", "1.10", "12:30")


def test_a_feeds_id_survives_renaming_and_reordering(tmp_path: Path) -> None:
    first = load(tmp_path, f"feeds:\n  - {FEED}\n  - https://b.example/f")
    second = load(tmp_path, f"feeds:\n  - https://b.example/f\n  - {{url: {FEED}, name: Other, kind: primary}}")
    assert first.feeds[0].id == second.feeds[1].id


def test_often_polling_is_allowed_only_for_servers_of_ones_own(tmp_path: Path) -> None:
    config = load(tmp_path, "allow_hosts: ['127.0.0.1:8000']\nfeeds: [{url: http://127.0.0.1:8000/f, every: 1s}]")
    assert config.feeds[0].every == timedelta(seconds=1)
    assert config.allow_hosts == frozenset({"127.0.0.1:8000"})


def test_a_secret_may_come_from_a_file_and_loses_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("hunter2\n")
    text = f"feeds: [{FEED}]\nsmtp: {{password: '${{PW}}'}}"
    assert load(tmp_path, text, PW_FILE=str(tmp_path / "pw")).secrets == ("hunter2",)
    (line,) = complaints(tmp_path, text, PW_FILE=str(tmp_path / "missing"))
    assert "the file of PW_FILE cannot be read (No such file or directory)" in line


def test_no_message_ever_shows_a_secret(tmp_path: Path) -> None:
    text = f"feeds: [{FEED}]\nwatch: {{ping_url: '${{URL}}'}}\nalerts: [{{name: A, slack: '${{URL}}', typo: 1}}]"
    for value in (
        "not a url hunter2",
        "ftp://hunter2/x",
        "https://u:hunter2@x.example/",
        "https://a.example/hunter2 b",
    ):
        assert "hunter2" not in "\n".join(complaints(tmp_path, text, URL=value))


def test_the_environment_places_data_and_database(tmp_path: Path) -> None:
    text = f"feeds: [{FEED}]\ndata_dir: state\ndatabase: sqlite:///x.db"
    assert load(tmp_path, text).data_dir == tmp_path / "state"
    config = load(
        tmp_path,
        text,
        FIGUREWATCH_DATA_DIR="/srv/data",
        FIGUREWATCH_DATABASE_URL="postgres://u:hunter2@db/x",
    )
    assert config.data_dir == Path("/srv/data")
    assert config.database_url == "postgresql+psycopg://u:hunter2@db/x"
    assert "hunter2" not in repr(config)


def test_the_database_url_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u:p@db/x\n")
    config = load(tmp_path, f"feeds: [{FEED}]", FIGUREWATCH_DATABASE_URL_FILE=str(tmp_path / "url"))
    assert config.database_url == "postgresql+psycopg://u:p@db/x"
    (line,) = complaints(tmp_path, f"feeds: [{FEED}]", FIGUREWATCH_DATABASE_URL_FILE=str(tmp_path))
    assert line.startswith("feeds.yaml:1:1: database: the file of FIGUREWATCH_DATABASE_URL_FILE cannot be read")


def test_xdg_directories_are_honoured(tmp_path: Path) -> None:
    assert load(tmp_path, f"feeds: [{FEED}]", XDG_DATA_HOME="/x/share").data_dir == Path("/x/share/figurewatch")
    assert load(tmp_path, f"feeds: [{FEED}]", XDG_DATA_HOME="not/absolute").data_dir.is_relative_to("/home/somebody")
