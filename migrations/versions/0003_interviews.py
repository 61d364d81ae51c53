"""mock interviews, exercises and the story bank

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
IS_PROMPT = sa.text("key = 'prompt'")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mock",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("hides_difficulty", sa.Boolean(), nullable=False),
        sa.Column("is_bare", sa.Boolean(), nullable=False),
        sa.Column("break_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("study_day", sa.Date(), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("score_hundredths", sa.Integer(), nullable=True),
        sa.Column("effects", JSON, nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_mock_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_mock")),
    )
    op.create_index(
        op.f("ix_mock_user_id_started_at"), "mock", ["user_id", "started_at"], unique=False
    )

    op.create_table(
        "mock_round",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("mock_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("stages", JSON, nullable=False),
        sa.Column("segments", JSON, nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("score_hundredths", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_mock_round_user_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "mock_id"],
            ["mock.user_id", "mock.id"],
            name=op.f("fk_mock_round_user_id_mock_id_mock"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "mock_id", "position", name=op.f("pk_mock_round")),
    )

    op.create_table(
        "round_item",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("mock_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("card_id", ID, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("hints", sa.SmallInteger(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("follow_ups", JSON, nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("change_shown_at", INSTANT, nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("gave_up", sa.Boolean(), nullable=False),
        sa.Column("outcomes", JSON, nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=True),
        sa.Column("score_hundredths", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_round_item_card_id_card")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_round_item_user_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "mock_id", "round"],
            ["mock_round.user_id", "mock_round.mock_id", "mock_round.position"],
            name=op.f("fk_round_item_user_id_mock_id_round_mock_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "user_id", "mock_id", "round", "position", name=op.f("pk_round_item")
        ),
    )
    op.create_index(op.f("ix_round_item_card_id"), "round_item", ["card_id"], unique=False)
    op.create_index(
        op.f("ix_round_item_user_id_card_id"), "round_item", ["user_id", "card_id"], unique=False
    )

    op.create_table(
        "round_text",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("mock_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_round_text_user_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "mock_id", "round"],
            ["mock_round.user_id", "mock_round.mock_id", "mock_round.position"],
            name=op.f("fk_round_text_user_id_mock_id_round_mock_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "mock_id", "round", "name", name=op.f("pk_round_text")),
    )

    op.create_table(
        "score",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("mock_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("row", sa.SmallInteger(), nullable=False),
        sa.Column("scorer", sa.String(length=12), nullable=False),
        sa.Column("is_revised", sa.Boolean(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_score_user_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "mock_id", "round"],
            ["mock_round.user_id", "mock_round.mock_id", "mock_round.position"],
            name=op.f("fk_score_user_id_mock_id_round_mock_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "user_id",
            "mock_id",
            "round",
            "item",
            "row",
            "scorer",
            "is_revised",
            name=op.f("pk_score"),
        ),
    )

    op.create_table(
        "code_attempt",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", ID, nullable=False),
        sa.Column("mock_id", sa.Uuid(), nullable=True),
        sa.Column("round", sa.SmallInteger(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("outcomes", JSON, nullable=False),
        sa.Column("hints", sa.SmallInteger(), nullable=False),
        sa.Column("duration_ms", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["card.id"], name=op.f("fk_code_attempt_card_id_card")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_code_attempt_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_code_attempt")),
    )
    op.create_index(op.f("ix_code_attempt_card_id"), "code_attempt", ["card_id"], unique=False)
    op.create_index(
        op.f("ix_code_attempt_user_id_card_id_at"),
        "code_attempt",
        ["user_id", "card_id", "at"],
        unique=False,
    )

    op.create_table(
        "practice",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("card_id", ID, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("hints", sa.SmallInteger(), nullable=False),
        sa.Column("submissions", sa.SmallInteger(), nullable=False),
        sa.Column("passed_at", INSTANT, nullable=True),
        sa.Column("gave_up", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_practice_card_id_card")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_practice_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "card_id", name=op.f("pk_practice")),
    )
    op.create_index(op.f("ix_practice_card_id"), "practice", ["card_id"], unique=False)

    op.create_table(
        "story",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reflection", sa.Text(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("competencies", JSON, nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_story_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_story")),
    )

    op.create_table(
        "interviewer_link",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("mock_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("visitor_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_interviewer_link_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "mock_id"],
            ["mock.user_id", "mock.id"],
            name=op.f("fk_interviewer_link_user_id_mock_id_mock"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "mock_id", "position", name=op.f("pk_interviewer_link")),
    )
    op.create_index(
        op.f("uq_interviewer_link_token_hash"), "interviewer_link", ["token_hash"], unique=True
    )
    op.create_index(
        op.f("uq_interviewer_link_visitor_hash"), "interviewer_link", ["visitor_hash"], unique=True
    )
    op.create_index(
        "ix_card_prompt_deck_id",
        "card",
        ["deck_id"],
        sqlite_where=IS_PROMPT,
        postgresql_where=IS_PROMPT,
    )


def downgrade() -> None:
    op.drop_index("ix_card_prompt_deck_id", table_name="card")
    op.drop_table("interviewer_link")
    op.drop_table("story")
    op.drop_table("practice")
    op.drop_table("code_attempt")
    op.drop_table("score")
    op.drop_table("round_text")
    op.drop_table("round_item")
    op.drop_table("mock_round")
    op.drop_table("mock")
