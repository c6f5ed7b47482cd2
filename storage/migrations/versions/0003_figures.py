"""Figures for /metrics: the times of steps, and what the pool of each process does."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "step_times",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("stage", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
    )
    for name in ("slots", "busy", "waiting"):
        column = sa.Column(name, sa.Integer, nullable=False, server_default="0")
        op.add_column("workers", column)


def downgrade() -> None:
    for name in ("slots", "busy", "waiting"):
        op.drop_column("workers", name)
    op.drop_table("step_times")
