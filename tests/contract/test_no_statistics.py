"""PostgreSQL answers from its indexes before it has looked at its tables: in a database's first minutes, and after a
restore, which brings no statistics."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from real_databases import postgres_url
from test_hot_queries import Rules, prepared, written_down

from monitor.core.types.feeds import Feed
from monitor.steps.commit import commit_articles
from monitor.store import articles, claims, entries, feeds, upkeep
from monitor.store.store import Store

NOW = datetime(2026, 1, 6, tzinfo=UTC)
MANY = 30_000
FILL = (
    (
        "INSERT INTO articles (id, url, canonical_url, title, origin, publisher, source, seen_at, text_hash, "
        "text_group) "
        "SELECT md5(n::text), 'https://p.example/' || n, 'https://p.example/' || n, 't', 'page', 'p.example', 'press', "
        "timestamptz '2026-01-06 00:00Z' - n * interval '1 minute', 'h' || n, md5(n::text) "
        "FROM generate_series(1, {0}) n"
    ),
    "INSERT INTO texts (article, version, text, seen_at) SELECT id, 1, 'Text.', seen_at FROM articles",
    "INSERT INTO near_keys SELECT n, md5(mod(n, {0})::text) FROM generate_series(1, {0} * 3) n",
    (
        "INSERT INTO entries (feed, key, url_key, title, summary, content, seen_at, state, due_at, article) "
        "SELECT 'f', url, md5(url), 't', '', '', seen_at, 'done', seen_at, id FROM articles"
    ),
)
FILLED = {"articles", "texts", "near_keys", "entries"}


@pytest.fixture(scope="module")
def fresh(postgres: tuple[str, str]) -> Iterator[Store]:
    """A store with many articles, none of its tables ever analysed."""
    with postgres_url(*postgres) as url:
        store = Store.open(url)
        with store.write() as tx:
            feeds.sync(tx, [Feed(id="f", url="https://p.example/feed", name="Paper")], NOW)
            for table in FILLED:
                tx.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
            for words in FILL:
                tx.exec_driver_sql(words.format(MANY))
        try:
            yield store
        finally:
            store.close()


def plans(store: Store, seen: list[tuple[str, Any]]) -> dict[str, str]:
    with store.write() as tx:
        return {
            statement: "\n".join(row[0] for row in tx.exec_driver_sql(f"EXPLAIN {statement}", values))
            for statement, values in seen
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
        }


def assert_no_scans(found: dict[str, str]) -> None:
    assert found
    scans = {statement: set(re.findall(r"Seq Scan on (\w+)", plan)) & FILLED for statement, plan in found.items()}
    assert {statement: tables for statement, tables in scans.items() if tables} == {}


def test_reading_needs_no_statistics(fresh: Store) -> None:
    token = claims.new_token()
    with written_down(fresh) as seen, fresh.write() as tx:
        keys = range(5, 5 + 192)
        found = articles.shelf(tx, ["x"], ["h1", "h2"], keys)
        assert found.by_key.keys() == set(keys)
        assert found.by_text.keys() == {"h1", "h2"}
        commit_articles(tx, [prepared(number) for number in range(16)], Rules(), NOW)
        entries.take_due(tx, NOW, 16, token)
        entries.by_article(tx, "x")
    assert_no_scans(plans(fresh, seen))


def test_looking_for_what_is_old_needs_no_statistics(fresh: Store) -> None:
    young, few = upkeep.Keep(), upkeep.Keep(articles=timedelta(minutes=MANY - 40))  # some 40 are older
    most = 50  # of a table as small as this one, many more are as well found by reading it all
    with written_down(fresh) as seen, fresh.write() as tx:
        assert not upkeep.collect_garbage(tx, NOW, young, most)
        upkeep.health(tx, NOW)
    assert_no_scans(plans(fresh, seen))
    with written_down(fresh) as seen, fresh.write() as tx:
        swept = upkeep.collect_garbage(tx, NOW, few, most)
        assert swept.articles == 40
        assert not upkeep.collect_garbage(tx, NOW, few, most, since=swept.reached)
    sought = {words: plan for words, plan in plans(fresh, seen).items() if words.startswith("SELECT articles")}
    assert len(sought) == 2  # the first and the others, which go on from there
    assert_no_scans(sought)
    assert all("ix_articles_seen_at" in plan for plan in sought.values()), sought
