"""full-text search, and personal notes beside cards

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The words come split and folded by the program (core/searchable.py), the same on both engines, so
# that neither engine's own idea of a word matters. No columnsize: nothing is ranked.
SQLITE = """
CREATE VIRTUAL TABLE note_search
USING fts5(words, tags, columnsize=0, tokenize='unicode61 remove_diacritics 0')
"""
# A virtual table has no foreign keys, and ids of deleted rows may come back.
SQLITE_FORGETS = """
CREATE TRIGGER note_search_forgets AFTER DELETE ON note
BEGIN DELETE FROM note_search WHERE rowid = old.id; END
"""
POSTGRESQL = """
CREATE TABLE note_search (
  note_id bigint CONSTRAINT pk_note_search PRIMARY KEY
    CONSTRAINT fk_note_search_note_id_note REFERENCES note ON DELETE CASCADE,
  document tsvector NOT NULL
)
"""
POSTGRESQL_INDEX = "CREATE INDEX ix_note_search_document ON note_search USING gin (document)"


def upgrade() -> None:
    op.add_column("card_mark", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE)
        op.execute(SQLITE_FORGETS)
    else:
        op.execute(POSTGRESQL)
        op.execute(POSTGRESQL_INDEX)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER note_search_forgets")
    op.execute("DROP TABLE note_search")
    with op.batch_alter_table("card_mark") as table:
        table.drop_column("note")
