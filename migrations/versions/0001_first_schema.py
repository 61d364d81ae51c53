"""first schema

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

OWN = sa.text("owner_id IS NOT NULL")
BUILT_IN = sa.text("owner_id IS NULL")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("blocked_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_last_at"), "attempt", ["last_at"], unique=False)

    op.create_table(
        "media",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", ID, nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_media")),
    )
    op.create_table(
        "user",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("rollover_hour", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_api_token_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"], unique=False)

    op.create_table(
        "deck",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_deck_owner_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deck")),
    )
    op.create_index(op.f("ix_deck_is_shared"), "deck", ["is_shared"], unique=False)
    op.create_index(op.f("uq_deck_key"), "deck", ["key"], unique=True)
    op.create_index(
        op.f("uq_deck_name_built_in"),
        "deck",
        ["name"],
        unique=True,
        sqlite_where=BUILT_IN,
        postgresql_where=BUILT_IN,
    )
    op.create_index(
        op.f("uq_deck_name_own"),
        "deck",
        ["owner_id", "name"],
        unique=True,
        sqlite_where=OWN,
        postgresql_where=OWN,
    )

    op.create_table(
        "import_job",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("stored_name", sa.String(length=80), nullable=False),
        sa.Column("size_bytes", ID, nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("progress", JSON, nullable=False),
        sa.Column("report", JSON, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("heartbeat_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_import_job_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_index(op.f("ix_import_job_state"), "import_job", ["state"], unique=False)
    op.create_index(
        op.f("ix_import_job_user_id_created_at"),
        "import_job",
        ["user_id", "created_at"],
        unique=False,
    )

    op.create_table(
        "invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_by_id", ID, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_by_id", ID, nullable=True),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user.id"],
            name=op.f("fk_invitation_created_by_id_user"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["used_by_id"],
            ["user.id"],
            name=op.f("fk_invitation_used_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "mailed_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_mailed_link_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    op.create_index(op.f("ix_mailed_link_user_id"), "mailed_link", ["user_id"], unique=False)

    op.create_table(
        "note_type",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("markup", sa.String(length=10), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("templates", JSON, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_note_type_owner_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_type")),
    )
    op.create_index(
        op.f("uq_note_type_fingerprint_built_in"),
        "note_type",
        ["fingerprint"],
        unique=True,
        sqlite_where=BUILT_IN,
        postgresql_where=BUILT_IN,
    )
    op.create_index(
        op.f("uq_note_type_fingerprint_own"),
        "note_type",
        ["owner_id", "fingerprint"],
        unique=True,
        sqlite_where=OWN,
        postgresql_where=OWN,
    )

    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("extended_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_session_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_session_user_id"), "session", ["user_id"], unique=False)

    op.create_table(
        "day",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("study_day", sa.Date(), nullable=False),
        sa.Column("deck_id", ID, autoincrement=False, nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("duration_ms", ID, nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deck_id"], ["deck.id"], name=op.f("fk_day_deck_id_deck")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_day_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "study_day", "deck_id", name=op.f("pk_day")),
    )
    op.create_index(op.f("ix_day_deck_id"), "day", ["deck_id"], unique=False)

    op.create_table(
        "due_load",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_due_load_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "due_day", name=op.f("pk_due_load")),
    )

    op.create_table(
        "enrolment",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("deck_id", ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("new_from", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["deck_id"], ["deck.id"], name=op.f("fk_enrolment_deck_id_deck")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_enrolment_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "deck_id", name=op.f("pk_enrolment")),
    )
    op.create_index(op.f("ix_enrolment_deck_id"), "enrolment", ["deck_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("deck_id", ID, nullable=False),
        sa.Column("note_type_id", ID, nullable=False),
        sa.Column("guid", sa.String(length=200), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["deck_id"], ["deck.id"], name=op.f("fk_note_deck_id_deck")),
        sa.ForeignKeyConstraint(
            ["note_type_id"], ["note_type.id"], name=op.f("fk_note_note_type_id_note_type")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_note_owner_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_deck_id"), "note", ["deck_id"], unique=False)
    op.create_index(
        op.f("uq_note_guid_built_in"),
        "note",
        ["guid"],
        unique=True,
        sqlite_where=BUILT_IN,
        postgresql_where=BUILT_IN,
    )
    op.create_index(
        op.f("uq_note_guid_own"),
        "note",
        ["owner_id", "guid"],
        unique=True,
        sqlite_where=OWN,
        postgresql_where=OWN,
    )

    op.create_table(
        "card",
        sa.Column("id", ID, nullable=False),
        sa.Column("note_id", ID, nullable=False),
        sa.Column("deck_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("position", ID, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["deck_id"], ["deck.id"], name=op.f("fk_card_deck_id_deck")),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name=op.f("fk_card_note_id_note"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
    )
    op.create_index(
        op.f("ix_card_deck_id_position"), "card", ["deck_id", "position", "id"], unique=False
    )
    op.create_index(op.f("uq_card_note_id_ordinal"), "card", ["note_id", "ordinal"], unique=True)

    op.create_table(
        "note_media",
        sa.Column("note_id", ID, autoincrement=False, nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name=op.f("fk_note_media_note_id_note"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["media.sha256"], name=op.f("fk_note_media_sha256_media")
        ),
        sa.PrimaryKeyConstraint("note_id", "label", name=op.f("pk_note_media")),
    )
    op.create_index(op.f("ix_note_media_sha256"), "note_media", ["sha256"], unique=False)

    op.create_table(
        "card_mark",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("card_id", ID, autoincrement=False, nullable=False),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("flag", sa.SmallInteger(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_mark_card_id_card")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_card_mark_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "card_id", name=op.f("pk_card_mark")),
    )
    op.create_index(op.f("ix_card_mark_card_id"), "card_mark", ["card_id"], unique=False)

    op.create_table(
        "memory",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("card_id", ID, autoincrement=False, nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("ease_hundredths", sa.Integer(), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("repeat_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("extra", JSON, nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_memory_card_id_card")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_memory_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "card_id", name=op.f("pk_memory")),
    )
    op.create_index(op.f("ix_memory_card_id"), "memory", ["card_id"], unique=False)
    op.create_index(
        op.f("ix_memory_user_id_due_day_card_id"),
        "memory",
        ["user_id", "due_day", "card_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_memory_user_id_repeat_at"), "memory", ["user_id", "repeat_at"], unique=False
    )

    op.create_table(
        "rendering",
        sa.Column("card_id", ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("front_html", sa.Text(), nullable=False),
        sa.Column("back_html", sa.Text(), nullable=False),
        sa.Column("hint_html", sa.Text(), nullable=False),
        sa.Column("note_html", sa.Text(), nullable=False),
        sa.Column("replaces_front", sa.Boolean(), nullable=False),
        sa.Column("typed_answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["card.id"], name=op.f("fk_rendering_card_id_card"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("card_id", "version", name=op.f("pk_rendering")),
    )
    op.create_table(
        "review",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", ID, nullable=False),
        sa.Column("deck_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("device_at", INSTANT, nullable=True),
        sa.Column("study_day", sa.Date(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=True),
        sa.Column("scheduler", sa.String(length=16), nullable=False),
        sa.Column("options", JSON, nullable=True),
        sa.Column("chosen_day", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_review_card_id_card")),
        sa.ForeignKeyConstraint(["deck_id"], ["deck.id"], name=op.f("fk_review_deck_id_deck")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_review_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_card_id"), "review", ["card_id"], unique=False)
    op.create_index(op.f("ix_review_user_id_at"), "review", ["user_id", "at"], unique=False)
    op.create_index(
        op.f("ix_review_user_id_card_id_version"),
        "review",
        ["user_id", "card_id", "version"],
        unique=False,
    )


def downgrade() -> None:

    op.drop_table("review")
    op.drop_table("rendering")

    op.drop_table("memory")

    op.drop_table("card_mark")

    op.drop_table("note_media")

    op.drop_table("card")

    op.drop_table("note")

    op.drop_table("enrolment")

    op.drop_table("day")
    op.drop_table("due_load")

    op.drop_table("session")

    op.drop_table("note_type")

    op.drop_table("mailed_link")
    op.drop_table("invitation")

    op.drop_table("import_job")

    op.drop_table("deck")

    op.drop_table("api_token")
    op.drop_table("user")
    op.drop_table("media")

    op.drop_table("attempt")
