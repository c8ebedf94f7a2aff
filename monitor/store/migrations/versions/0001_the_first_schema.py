"""The first schema."""
# ruff: noqa: PLR0915

import sqlalchemy as sa
from alembic import op

from monitor.store.types import Exact, Json, SafeText, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("url", SafeText(), nullable=False),
        sa.Column("canonical_url", SafeText(), nullable=False),
        sa.Column("title", SafeText(), nullable=False),
        sa.Column("language", SafeText(), nullable=True),
        sa.Column("published", Utc(), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("publisher", SafeText(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("feed", sa.String(length=64), nullable=True),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("topic", SafeText(), nullable=True),
        sa.Column("background", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("text_group", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("fingerprint", SafeText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.create_index("ix_articles_seen_at", ["seen_at"], unique=False)
        batch_op.create_index("ix_articles_text_group", ["text_group"], unique=False)
        batch_op.create_index("ix_articles_text_hash", ["text_hash"], unique=False)

    op.create_table(
        "audiences",
        sa.Column("name", SafeText(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("last_digest", Utc(), nullable=True),
        sa.Column("last_checked", Utc(), nullable=True),
        sa.Column("show_conflicts", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audiences")),
    )
    op.create_table(
        "facts",
        sa.Column("name", SafeText(), nullable=False),
        sa.Column("value", SafeText(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "feeds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("url", SafeText(), nullable=False),
        sa.Column("name", SafeText(), nullable=False),
        sa.Column("moved_to", SafeText(), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="active", nullable=False),
        sa.Column("etag", SafeText(), nullable=True),
        sa.Column("last_modified", SafeText(), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=True),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_ok", Utc(), nullable=True),
        sa.Column("last_poll", Utc(), nullable=True),
        sa.Column("last_ok", Utc(), nullable=True),
        sa.Column("last_new", Utc(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", Utc(), nullable=True),
        sa.Column("error", SafeText(), nullable=True),
        sa.Column("told", sa.String(length=16), nullable=True),
        sa.Column("items", SafeText(), nullable=True),
        sa.Column("hint", Json(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
    )
    with op.batch_alter_table("feeds", schema=None) as batch_op:
        batch_op.create_index("ix_feeds_state_due_at", ["state", "due_at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        # each poll writes its row twice: with room beside it, the page takes that up, whenever autovacuum comes
        op.execute("ALTER TABLE feeds SET (fillfactor = 50)")

    op.create_table(
        "metrics",
        sa.Column("id", SafeText(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metrics")),
    )
    op.create_table(
        "near_keys",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key", "article", name=op.f("pk_near_keys")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("near_keys", schema=None) as batch_op:
        batch_op.create_index("ix_near_keys_article", ["article"], unique=False)

    op.create_table(
        "series",
        sa.Column("metric", SafeText(), nullable=False),
        sa.Column("period", SafeText(), nullable=False),
        sa.Column("unit", SafeText(), nullable=False),
        sa.Column("low", Exact(), nullable=True),
        sa.Column("high", Exact(), nullable=True),
        sa.Column("low_step", Exact(), nullable=False),
        sa.Column("high_step", Exact(), nullable=False),
        sa.Column("modifier", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reading", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("metric", "period", "unit", name=op.f("pk_series")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "digests",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("audience", SafeText(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("message", SafeText(), nullable=False),
        sa.Column("subject", SafeText(), nullable=False),
        sa.ForeignKeyConstraint(["audience"], ["audiences.name"], name=op.f("fk_digests_audience_audiences")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
    )
    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.create_index("ix_digests_audience_created_at", ["audience", "created_at"], unique=False)
        batch_op.create_index("ix_digests_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            "ix_digests_full",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("message <> ''"),
            postgresql_where=sa.text("message <> ''"),
        )

    op.create_table(
        "entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("feed", sa.String(length=64), nullable=False),
        sa.Column("key", SafeText(), nullable=False),
        sa.Column("guid", SafeText(), nullable=True),
        sa.Column("url", SafeText(), nullable=True),
        sa.Column("url_key", sa.String(length=32), nullable=True),
        sa.Column("title", SafeText(), nullable=False),
        sa.Column("summary", SafeText(), nullable=False),
        sa.Column("content", SafeText(), nullable=False),
        sa.Column("published", Utc(), nullable=True),
        sa.Column("language", SafeText(), nullable=True),
        sa.Column("publisher", SafeText(), nullable=True),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("background", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="new", nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("outcome", SafeText(), nullable=True),
        sa.Column("reason", SafeText(), nullable=True),
        sa.Column("article", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["feed"], ["feeds.id"], name=op.f("fk_entries_feed_feeds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("feed", "key", name=op.f("uq_entries_feed_key")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index("ix_entries_article", ["article"], unique=False)
        batch_op.create_index(
            "ix_entries_full",
            ["state", "seen_at"],
            unique=False,
            sqlite_where=sa.text("state = 'done' AND (summary <> '' OR content <> '')"),
            postgresql_where=sa.text("state = 'done' AND (summary <> '' OR content <> '')"),
        )
        batch_op.create_index("ix_entries_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_entries_url_key", ["url_key"], unique=False)

    op.create_table(
        "figures",
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("metric", SafeText(), nullable=True),
        sa.Column("body", Json(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_figures_article_articles")),
        sa.PrimaryKeyConstraint("article", "version", "place", name=op.f("pk_figures")),
    )
    with op.batch_alter_table("figures", schema=None) as batch_op:
        batch_op.create_index("ix_figures_metric", ["metric"], unique=False)

    op.create_table(
        "readings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("metric", SafeText(), nullable=False),
        sa.Column("period", SafeText(), nullable=False),
        sa.Column("unit", SafeText(), nullable=False),
        sa.Column("low", Exact(), nullable=True),
        sa.Column("high", Exact(), nullable=True),
        sa.Column("low_step", Exact(), nullable=False),
        sa.Column("high_step", Exact(), nullable=False),
        sa.Column("modifier", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("speaker", SafeText(), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("publisher", SafeText(), nullable=False),
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_group", sa.String(length=64), nullable=False),
        sa.Column("language", SafeText(), nullable=False),
        sa.Column("evidence", Json(), nullable=False),
        sa.Column("background", sa.Boolean(), nullable=False),
        sa.Column("rules", SafeText(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_readings_article_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.create_index("ix_readings_article", ["article"], unique=False)
        batch_op.create_index("ix_readings_metric_period_unit_at", ["metric", "period", "unit", "at"], unique=False)

    op.create_table(
        "refetches",
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="new", nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_refetches_article_articles")),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_refetches")),
    )
    with op.batch_alter_table("refetches", schema=None) as batch_op:
        batch_op.create_index("ix_refetches_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "texts",
        sa.Column("article", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", SafeText(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_texts_article_articles")),
        sa.PrimaryKeyConstraint("article", "version", name=op.f("pk_texts")),
    )
    op.create_table(
        "changes",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("metric", SafeText(), nullable=False),
        sa.Column("period", SafeText(), nullable=False),
        sa.Column("unit", SafeText(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=True),
        sa.Column("old", Json(), nullable=True),
        sa.Column("new", Json(), nullable=True),
        sa.Column("old_status", sa.String(length=16), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reading", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("reason", SafeText(), nullable=False),
        sa.Column("committed_at", Utc(), nullable=False),
        sa.Column("restated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["reading"], ["readings.id"], name=op.f("fk_changes_reading_readings")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_changes")),
        sa.UniqueConstraint("id", name=op.f("uq_changes_id")),
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index("ix_changes_metric_period_unit", ["metric", "period", "unit"], unique=False)
        batch_op.create_index("ix_changes_reading", ["reading"], unique=False)

    op.create_table(
        "conflicts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("metric", SafeText(), nullable=False),
        sa.Column("period", SafeText(), nullable=False),
        sa.Column("unit", SafeText(), nullable=False),
        sa.Column("reading", sa.String(length=64), nullable=False),
        sa.Column("claim", Json(), nullable=False),
        sa.Column("settled", Json(), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("reason", SafeText(), nullable=False),
        sa.Column("resolved", SafeText(), nullable=True),
        sa.Column("committed_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["reading"], ["readings.id"], name=op.f("fk_conflicts_reading_readings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
    )
    with op.batch_alter_table("conflicts", schema=None) as batch_op:
        batch_op.create_index("ix_conflicts_metric_period_unit", ["metric", "period", "unit"], unique=False)
        batch_op.create_index("ix_conflicts_reading", ["reading"], unique=False)
        batch_op.create_index(
            "ix_conflicts_open",
            ["at"],
            unique=False,
            sqlite_where=sa.text("resolved IS NULL"),
            postgresql_where=sa.text("resolved IS NULL"),
        )

    op.create_table(
        "decisions",
        sa.Column("reading", sa.String(length=64), nullable=False),
        sa.Column("code", SafeText(), nullable=False),
        sa.Column("reason", SafeText(), nullable=False),
        sa.Column("change", sa.String(length=64), nullable=True),
        sa.Column("conflict", sa.String(length=64), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["reading"], ["readings.id"], name=op.f("fk_decisions_reading_readings")),
        sa.PrimaryKeyConstraint("reading", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_change", ["change"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("audience", SafeText(), nullable=False),
        sa.Column("channel", SafeText(), nullable=False),
        sa.Column("recipient", SafeText(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="pending", nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("parts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_try", Utc(), nullable=True),
        sa.Column("possible_repeat", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("error", SafeText(), nullable=True),
        sa.ForeignKeyConstraint(["digest"], ["digests.id"], name=op.f("fk_deliveries_digest_digests")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("digest", "channel", "recipient", name=op.f("uq_deliveries_digest_channel_recipient")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_deliveries_created_at", ["created_at"], unique=False)

    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("audience", SafeText(), nullable=False),
        sa.Column("key", SafeText(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", SafeText(), nullable=False),
        sa.Column("url", SafeText(), nullable=True),
        sa.Column("alarm", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("about", SafeText(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("skip_channel", SafeText(), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["audience"], ["audiences.name"], name=op.f("fk_notes_audience_audiences")),
        sa.ForeignKeyConstraint(["digest"], ["digests.id"], name=op.f("fk_notes_digest_digests")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("audience", "key", name=op.f("uq_notes_audience_key")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index("ix_notes_digest", ["digest"], unique=False)
        batch_op.create_index(
            "ix_notes_pending",
            ["audience"],
            unique=False,
            sqlite_where=sa.text("digest IS NULL"),
            postgresql_where=sa.text("digest IS NULL"),
        )

    op.create_table(
        "tellings",
        sa.Column("audience", SafeText(), nullable=False),
        sa.Column("change", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="pending", nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("reason", SafeText(), nullable=True),
        sa.ForeignKeyConstraint(["audience"], ["audiences.name"], name=op.f("fk_tellings_audience_audiences")),
        sa.ForeignKeyConstraint(["change"], ["changes.id"], name=op.f("fk_tellings_change_changes")),
        sa.ForeignKeyConstraint(["digest"], ["digests.id"], name=op.f("fk_tellings_digest_digests")),
        sa.PrimaryKeyConstraint("audience", "change", name=op.f("pk_tellings")),
    )
    with op.batch_alter_table("tellings", schema=None) as batch_op:
        batch_op.create_index("ix_tellings_change", ["change"], unique=False)
        batch_op.create_index("ix_tellings_digest", ["digest"], unique=False)
        batch_op.create_index(
            "ix_tellings_pending",
            ["audience"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
