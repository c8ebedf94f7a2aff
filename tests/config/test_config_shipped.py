"""What the repository ships beside the code: feeds.yaml and the schema for editors."""

import json
from pathlib import Path

from monitor.config import load_config
from monitor.config.document import parse, plain
from monitor.config.schema import build_schema, schema_text, shipped_schema
from monitor.core.types.ledger import SourceKind

ROOT = Path(__file__).parents[2]
LANGUAGES = {"ja", "zh-Hans", "zh-Hant", "ko", "pt-BR", "ar", "de", "fr", "es", "hi"}


def test_the_shipped_schema_is_the_one_the_models_make() -> None:
    assert shipped_schema() == schema_text(), "run: python -m monitor.config.schema > monitor/config/feeds.schema.json"


def test_the_shipped_feeds_are_read_without_any_variable_set() -> None:
    config = load_config(ROOT / "feeds.yaml", {"HOME": "/home/somebody"})
    assert len(config.feeds) >= 30
    assert config.feeds[0].kind is SourceKind.PRIMARY
    assert {feed.language for feed in config.feeds if feed.language} >= LANGUAGES
    assert all(feed.url.startswith("https://") for feed in config.feeds)
    assert len({feed.name for feed in config.feeds}) == len(config.feeds)


def test_news_searches_are_marked_as_aggregators_and_nothing_else_is() -> None:
    config = load_config(ROOT / "feeds.yaml", {"HOME": "/home/somebody"})
    for feed in config.feeds:
        assert (feed.kind is SourceKind.AGGREGATOR) == feed.url.startswith("https://news.google.com/rss/search"), (
            feed.name
        )


def test_the_commented_examples_of_the_shipped_file_are_right(tmp_path: Path) -> None:
    """Every `# key:` of the shipped file and what is indented below it load once their marks are taken away."""
    keys = set(build_schema()["properties"])
    lines = (ROOT / "feeds.yaml").read_text("utf-8").split("\n")
    text = []
    inside = False
    for line in lines:
        inside = line[2:].split(":")[0] in keys if line[:3].strip() != "#" else inside
        text.append(line[2:] if inside else line)
    path = tmp_path / "feeds.yaml"
    path.write_text("\n".join(text), "utf-8")
    (tmp_path / "my-metrics.yaml").write_text("{}", "utf-8")
    (tmp_path / "my-topics.yaml").write_text((ROOT / "monitor/packs/topics/meta.yaml").read_text("utf-8"), "utf-8")
    secrets = {"SMTP_USERNAME": "u", "SMTP_PASSWORD": "p", "SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/x"}
    secrets |= {"PROXY_URL": "http://me:p@proxy.example:3128"}
    urls = {"HEALTHCHECK_URL": "https://ping.example/x", "DATABASE_URL": "postgresql://u:p@db/x"}
    config = load_config(path, {"HOME": "/home/somebody", **secrets, **urls})
    assert [audience.name for audience in config.audiences] == ["Infrastructure team", "Analysts", "Archive"]
    assert config.contact == "you@example.org"
    assert config.polling.proxy_shown == "http://proxy.example:3128"
    assert config.database_url.startswith("postgresql+psycopg://")


def test_every_key_of_the_schema_says_what_it_means() -> None:
    schema = build_schema()
    json.dumps(schema)
    silent = [
        f"{name}.{key}"
        for name, model in schema["$defs"].items()
        if model["type"] == "object"
        for key, value in model["properties"].items()
        if "description" not in value and name in {"FeedModel", "PollingModel", "SmtpModel", "SlackModel"}
    ]
    assert silent == []


def test_the_shipped_file_names_its_schema_for_editors() -> None:
    text = (ROOT / "feeds.yaml").read_text("utf-8")
    assert "$schema=monitor/config/feeds.schema.json" in text.split("\n", 1)[0]
    root, problems = parse(text.encode())
    assert problems == ()
    assert root is not None
    assert set(plain(root)) <= set(build_schema()["properties"])
