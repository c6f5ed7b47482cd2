"""The local chat: its history and its uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_people",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "chat_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("person", "key", name="chat_messages_person_key"),
    )
    op.create_index("chat_messages_person_id", "chat_messages", ["person", "id"])
    op.create_index("chat_messages_person_revision", "chat_messages", ["person", "revision"])
    op.create_table(
        "chat_uploads",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("label", sa.String(300), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("sent", sa.Float),
    )
    op.create_index("chat_uploads_created", "chat_uploads", ["created"])


def downgrade() -> None:
    op.drop_table("chat_uploads")
    op.drop_table("chat_messages")
    op.drop_table("chat_people")
