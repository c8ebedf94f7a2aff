"""The tables: what the daemon knows survives here and nowhere else.

Work is claimed from `feeds`, `entries`, `refetches` and `deliveries` with the same four columns: when it is due, who
holds it (`token`) until when (`lease_until`), and how often it was taken without coming to an end (`attempts`).
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from monitor.store.types import Exact, Json, SafeText, Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows itself only for the exact type INTEGER
_Serial = BigInteger().with_variant(Integer(), "sqlite")


# The rows that a partial index holds, word for word in queries: SQLite finds the index only so, and never by a value
# that it is given beside the statement.
FULL_ENTRY = text("state = 'done' AND (summary <> '' OR content <> '')")  # a text that may be dropped one day
FULL_DIGEST = text("message <> ''")
PENDING = text("state = 'pending'")
OPEN_CONFLICT = text("resolved IS NULL")

# The state of rows that may be claimed, where others gather for ever: without it a look for claims would read them all.
CLAIMABLE = {"entries": "new", "refetches": "new", "deliveries": "pending"}


def _claimable(due: str) -> tuple[Column[Any], ...]:
    return (
        Column(due, Utc, nullable=False),
        Column("token", String(32)),
        Column("lease_until", Utc),
        Column("attempts", Integer, nullable=False, server_default="0"),
    )


def _series() -> tuple[Column[Any], ...]:
    return (
        Column("metric", SafeText, nullable=False),
        Column("period", SafeText, nullable=False),
        Column("unit", SafeText, nullable=False),
    )


def _claim(prefix: str = "") -> tuple[Column[Any], ...]:
    return (
        Column(f"{prefix}low", Exact),
        Column(f"{prefix}high", Exact),
        Column(f"{prefix}low_step", Exact, nullable=False),
        Column(f"{prefix}high_step", Exact, nullable=False),
        Column(f"{prefix}modifier", String(16), nullable=False),
    )


facts = Table(
    "facts",  # single values: when the last round ended well, which rules read the ledger, …
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("value", SafeText, nullable=False),
    Column("at", Utc, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("url", SafeText, nullable=False),  # as configured
    Column("name", SafeText, nullable=False),
    Column("moved_to", SafeText),  # where a permanent redirect led, once that had parsed
    Column("state", String(16), nullable=False, server_default="active"),  # active, paused, gone, parked, removed
    Column("etag", SafeText),
    Column("last_modified", SafeText),
    Column("body_hash", String(64)),
    *_claimable("due_at"),
    Column("first_ok", Utc),  # None: never polled with success, so its first entries fill the ledger silently
    Column("last_poll", Utc),
    Column("last_ok", Utc),
    Column("last_new", Utc),  # when it last had something new
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("failing_since", Utc),
    Column("error", SafeText),  # in plain words
    Column("told", String(16)),  # what was reported of it and not yet taken back: failing, blank, silent, gone
    Column("items", SafeText),  # hashes of the raw items of the last document: what need not be parsed again
    Column("hint", Json),  # what the feed and its server said about the next visit
    Index("ix_feeds_state_due_at", "state", "due_at"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("feed", ForeignKey("feeds.id"), nullable=False),
    Column("key", SafeText, nullable=False),
    Column("guid", SafeText),
    Column("url", SafeText),
    Column("url_key", String(32)),  # of any length a URL may have; an index row has a limit
    Column("title", SafeText, nullable=False),
    Column("summary", SafeText, nullable=False),
    Column("content", SafeText, nullable=False),
    Column("published", Utc),
    Column("language", SafeText),
    Column("publisher", SafeText),
    Column("seen_at", Utc, nullable=False),
    Column("background", Boolean, nullable=False, server_default=false()),  # of a feed's first poll: never alerts
    Column("state", String(16), nullable=False, server_default="new"),  # new, done, parked
    *_claimable("due_at"),
    Column("tries", Integer, nullable=False, server_default="0"),  # fetches that failed and may yet succeed
    Column("outcome", SafeText),  # stable word: article, irrelevant, copy, known, unreadable, …
    Column("reason", SafeText),  # the same for people
    Column("article", String(64)),
    UniqueConstraint("feed", "key"),
    Index("ix_entries_state_due_at", "state", "due_at"),
    Index("ix_entries_url_key", "url_key"),
    Index("ix_entries_article", "article"),
    Index(  # those whose text may be dropped one day: without it, tidying would read all that ever was
        "ix_entries_full",
        "state",  # always the same; with it the index is worth more to SQLite than the one of all states
        "seen_at",
        sqlite_where=FULL_ENTRY,
    ),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("url", SafeText, nullable=False),
    Column("canonical_url", SafeText, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("language", SafeText),
    Column("published", Utc),
    Column("origin", String(16), nullable=False),
    Column("publisher", SafeText, nullable=False),
    Column("source", String(16), nullable=False),
    Column("feed", String(64)),
    Column("seen_at", Utc, nullable=False),
    Column("topic", SafeText),
    Column("background", Boolean, nullable=False, server_default=false()),
    Column("text_hash", String(64), nullable=False),
    Column("text_group", String(64), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("fingerprint", SafeText),  # JSON: prints.fingerprint_json
    Index("ix_articles_text_hash", "text_hash"),
    Index("ix_articles_text_group", "text_group"),
    Index("ix_articles_seen_at", "seen_at"),
)

texts = Table(
    "texts",  # every version of an article's text: quotes keep their offsets
    metadata,
    Column("article", ForeignKey("articles.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", SafeText, nullable=False),
    Column("seen_at", Utc, nullable=False),
    PrimaryKeyConstraint("article", "version"),
)

near_keys = Table(
    "near_keys",  # which articles share pieces of text with a new one
    metadata,
    Column("key", BigInteger, nullable=False),
    Column("article", String(64), nullable=False),
    PrimaryKeyConstraint("key", "article"),
    Index("ix_near_keys_article", "article"),
    sqlite_with_rowid=False,
)

refetches = Table(
    "refetches",  # a relevant article is looked at again: corrections are news
    metadata,
    Column("article", ForeignKey("articles.id"), primary_key=True),
    Column("stage", Integer, nullable=False, server_default="0"),
    Column("state", String(16), nullable=False, server_default="new"),
    *_claimable("due_at"),
    Index("ix_refetches_state_due_at", "state", "due_at"),
)

figures = Table(
    "figures",  # all that was read, bound to a metric or not; `explain` and `replay` look here
    metadata,
    Column("article", ForeignKey("articles.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("metric", SafeText),
    Column("body", Json, nullable=False),
    PrimaryKeyConstraint("article", "version", "place"),
    Index("ix_figures_metric", "metric"),
)

metrics = Table(
    "metrics",  # one row a metric that has a ledger: locked while its readings are judged, counted at each change
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("version", BigInteger, nullable=False, server_default="0"),
)

series = Table(
    "series",
    metadata,
    *_series(),
    *_claim(),
    Column("status", String(16), nullable=False),
    Column("reading", String(64), nullable=False),  # the one that settled it
    Column("at", Utc, nullable=False),  # of that reading
    Column("readings", Integer, nullable=False),  # how many there are
    Column("updated_at", Utc, nullable=False),
    PrimaryKeyConstraint("metric", "period", "unit"),
)

readings = Table(
    "readings",
    metadata,
    Column("id", String(64), primary_key=True),
    *_series(),
    *_claim(),
    Column("status", String(16), nullable=False),
    Column("role", String(16), nullable=False),
    Column("speaker", SafeText),
    Column("at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("source", String(16), nullable=False),
    Column("publisher", SafeText, nullable=False),
    Column("article", ForeignKey("articles.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text_group", String(64), nullable=False),
    Column("language", SafeText, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("background", Boolean, nullable=False),
    Column("rules", SafeText, nullable=False),
    Index("ix_readings_metric_period_unit_at", "metric", "period", "unit", "at"),
    Index("ix_readings_article", "article"),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    *_series(),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16)),
    Column("old", Json),
    Column("new", Json),
    Column("old_status", String(16)),
    Column("status", String(16), nullable=False),
    Column("reading", ForeignKey("readings.id"), nullable=False),
    Column("at", Utc, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("committed_at", Utc, nullable=False),
    Column("restated", Boolean, nullable=False, server_default=false()),  # a rule changed, not the world: never told
    Index("ix_changes_metric_period_unit", "metric", "period", "unit"),
    Index("ix_changes_reading", "reading"),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("id", String(64), primary_key=True),
    *_series(),
    Column("reading", ForeignKey("readings.id"), nullable=False),
    Column("claim", Json, nullable=False),
    Column("settled", Json),
    Column("at", Utc, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("resolved", SafeText),
    Column("committed_at", Utc, nullable=False),
    Index("ix_conflicts_metric_period_unit", "metric", "period", "unit"),
    Index("ix_conflicts_reading", "reading"),
    Index("ix_conflicts_open", "at", sqlite_where=OPEN_CONFLICT),
)

decisions = Table(
    "decisions",  # why each reading was told or kept quiet
    metadata,
    Column("reading", ForeignKey("readings.id"), primary_key=True),
    Column("code", SafeText, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("change", String(64)),
    Column("conflict", String(64)),
    Column("at", Utc, nullable=False),
    Index("ix_decisions_change", "change"),
)

audiences = Table(
    "audiences",
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("since", Utc, nullable=False),  # nothing committed earlier is told
    Column("last_digest", Utc),
    Column("last_checked", Utc),
    Column("show_conflicts", Boolean, nullable=False, server_default=false()),
)

digests = Table(
    "digests",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("audience", ForeignKey("audiences.name"), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("message", SafeText, nullable=False),  # frozen: what is sent never depends on when
    Column("subject", SafeText, nullable=False),
    Index("ix_digests_audience_created_at", "audience", "created_at"),
    Index("ix_digests_created_at", "created_at"),
    Index("ix_digests_full", "created_at", sqlite_where=FULL_DIGEST),
)

tellings = Table(
    "tellings",  # a change and an audience meet once: pending, then told in one digest or left out for a reason
    metadata,
    Column("audience", ForeignKey("audiences.name"), nullable=False),
    Column("change", ForeignKey("changes.id"), nullable=False),
    Column("state", String(16), nullable=False, server_default="pending"),  # pending, told, left-out
    Column("digest", ForeignKey("digests.id")),
    Column("reason", SafeText),
    PrimaryKeyConstraint("audience", "change"),
    Index(
        "ix_tellings_pending",
        "audience",
        sqlite_where=PENDING,
    ),
    Index("ix_tellings_change", "change"),
    Index("ix_tellings_digest", "digest"),
)

notes = Table(
    "notes",  # lines of a digest's last section; an alarm is a message of its own
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("audience", ForeignKey("audiences.name"), nullable=False),
    Column("key", SafeText, nullable=False),  # the same thing is said once
    Column("kind", String(16), nullable=False),
    Column("text", SafeText, nullable=False),
    Column("url", SafeText),
    Column("alarm", Boolean, nullable=False, server_default=false()),
    Column("about", SafeText),  # the source's name, where many such notes are told as one
    Column("amount", Integer),
    Column("skip_channel", SafeText),  # the dead channel that the alarm is about
    Column("at", Utc, nullable=False),
    Column("digest", ForeignKey("digests.id")),
    UniqueConstraint("audience", "key"),
    Index("ix_notes_pending", "audience", sqlite_where=text("digest IS NULL")),
    Index("ix_notes_digest", "digest"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("digest", ForeignKey("digests.id"), nullable=False),
    Column("audience", SafeText, nullable=False),
    Column("channel", SafeText, nullable=False),
    Column("recipient", SafeText, nullable=False),
    Column("state", String(16), nullable=False, server_default="pending"),  # pending, sent, dead, parked
    *_claimable("due_at"),
    Column("tries", Integer, nullable=False, server_default="0"),  # sends with an answer
    Column("parts", Integer, nullable=False, server_default="0"),  # of a split message, those that have arrived
    Column("first_try", Utc),
    Column("possible_repeat", Boolean, nullable=False, server_default=false()),
    Column("created_at", Utc, nullable=False),
    Column("done_at", Utc),
    Column("error", SafeText),
    UniqueConstraint("digest", "channel", "recipient"),
    Index("ix_deliveries_state_due_at", "state", "due_at"),
    Index("ix_deliveries_created_at", "created_at"),
)


def partial_on_postgresql() -> None:
    """Give the partial indexes their condition on PostgreSQL too; said above, it would load that dialect everywhere."""
    for table in metadata.tables.values():
        for index in table.indexes:
            where = index.dialect_kwargs.get("sqlite_where")
            if where is not None:
                index.dialect_kwargs["postgresql_where"] = where
