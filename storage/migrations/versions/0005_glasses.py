"""Paired glasses, by hashes of their tokens, and the photos that they sent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "glasses",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False, index=True),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("home", sa.Text, nullable=False),
        sa.Column("server", sa.Text, nullable=False, server_default=""),
        sa.Column("burst", sa.Double, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("used", sa.Double),
        sa.Column("revoked", sa.Double),
    )
    op.create_table(
        "photos",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("pair", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("fate", sa.Text, nullable=False, index=True),
        sa.Column("path", sa.Text),
        sa.Column("label", sa.Text, nullable=False, server_default=""),
        sa.Column("size", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("taken", sa.Double),
        sa.Column("received", sa.Double, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("burst", sa.Text),
        sa.Column("job", sa.Text),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.UniqueConstraint("pair", "request_id", name="photos_pair_request"),
    )
    op.create_index("photos_of_person", "photos", ["person", "received"])


def downgrade() -> None:
    op.drop_table("photos")
    op.drop_table("glasses")
