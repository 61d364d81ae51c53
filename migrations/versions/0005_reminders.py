"""reminders, their deliveries and channels

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("silent", sa.Integer(), nullable=False),
        sa.Column("welcome_back_at", INSTANT, nullable=True),
        sa.Column("feed_revision", sa.Integer(), nullable=False),
        sa.Column("unsubscribe_revision", sa.Integer(), nullable=False),
        _of_user("reminder"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reminder")),
    )
    op.create_index(op.f("ix_reminder_next_at"), "reminder", ["next_at"])

    op.create_table(
        "reminder_delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("study_day", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("message_id", sa.String(length=100), nullable=False),
        _of_user("reminder_delivery"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_delivery")),
        sa.UniqueConstraint(
            *("user_id", "kind", "study_day", "slot", "destination"),
            name=op.f("uq_reminder_delivery_user_id_kind_study_day_slot_destination"),
        ),
    )
    op.create_index(
        op.f("ix_reminder_delivery_state_next_try_at"),
        "reminder_delivery",
        ["state", "next_try_at"],
    )

    op.create_table(
        "push_subscription",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_hash", sa.String(length=64), nullable=False),
        sa.Column("p256dh", sa.String(length=200), nullable=False),
        sa.Column("auth", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        _of_user("push_subscription"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint(
            "user_id", "endpoint_hash", name=op.f("uq_push_subscription_user_id_endpoint_hash")
        ),
    )

    op.create_table(
        "chat_address",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        _of_user("chat_address"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_address")),
        sa.UniqueConstraint("user_id", "url_hash", name=op.f("uq_chat_address_user_id_url_hash")),
    )

    op.create_table(
        "channel_state",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("last_error_at", INSTANT, nullable=True),
        sa.Column("switched_off_at", INSTANT, nullable=True),
        _of_user("channel_state"),
        sa.PrimaryKeyConstraint("user_id", "destination", name=op.f("pk_channel_state")),
    )

    op.create_table(
        "server_key",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_server_key")),
    )


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["user.id"], name=op.f(f"fk_{table}_user_id_user"), ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_table("server_key")
    op.drop_table("channel_state")
    op.drop_table("chat_address")
    op.drop_table("push_subscription")
    op.drop_table("reminder_delivery")
    op.drop_table("reminder")
