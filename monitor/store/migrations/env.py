"""Runs inside alembic: applies the versions over the connection that the store hands in."""

from alembic import context

from monitor.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, once its transactions are begun by hand: a killed migration leaves no trace
    render_as_batch=True,
)
context.run_migrations()
