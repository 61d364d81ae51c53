"""one index of the log by card in the place of two

Every answer and every review of an import writes each index of the log. An index that begins with
the card serves whoever looks for the reviews of one card of a learner just as well, and the foreign
key beside.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_review_card_id_user_id_version"), "review", ["card_id", "user_id", "version"]
    )
    op.drop_index(op.f("ix_review_user_id_card_id_version"), table_name="review")
    op.drop_index(op.f("ix_review_card_id"), table_name="review")


def downgrade() -> None:
    op.create_index(op.f("ix_review_card_id"), "review", ["card_id"])
    op.create_index(
        op.f("ix_review_user_id_card_id_version"), "review", ["user_id", "card_id", "version"]
    )
    op.drop_index(op.f("ix_review_card_id_user_id_version"), table_name="review")
