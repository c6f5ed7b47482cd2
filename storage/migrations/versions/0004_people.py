"""People and servers, their trays and notes; deliveries letter by letter; what quotas count."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _extend_jobs()
    _replace_outbox()
    _create_people()
    _create_trays()
    _create_papers()
    op.create_index("chat_uploads_of_person", "chat_uploads", ["person"])


def _extend_jobs() -> None:
    for column in (
        sa.Column("asked_platform", sa.Text),
        sa.Column("asked_conversation", sa.Text),
        sa.Column("private", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("server", sa.Text, nullable=False, server_default=""),
        sa.Column("most_bytes", sa.BigInteger),
        sa.Column("words", sa.Text, nullable=False, server_default=""),
    ):
        op.add_column("jobs", column)
    op.execute("UPDATE jobs SET words = lower(title)")
    op.create_table(
        "uses",
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("server", sa.Text, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Double),
    )
    op.create_index("uses_of_person", "uses", ["person", "created"])
    op.create_index("uses_of_server", "uses", ["server", "created"])


def _replace_outbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("delivery", sa.Text, primary_key=True),
        sa.Column(
            "job", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False, server_default=""),
        sa.Column("changed", sa.Double, nullable=False),
    )
    op.execute(
        "INSERT INTO deliveries (delivery, job, platform, conversation, state, message, changed) "
        "SELECT job, job, platform, conversation, outbox.state, message, changed "
        "FROM outbox JOIN jobs ON jobs.id = outbox.job"
    )
    op.drop_table("outbox")
    op.create_table(
        "letters",
        sa.Column("delivery", sa.Text, primary_key=True),
        sa.Column("letter", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False, server_default=""),
        sa.Column("changed", sa.Double, nullable=False),
    )
    op.create_index("letters_by_change", "letters", ["changed"])


def _create_people() -> None:
    op.create_table(
        "identities",
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False, index=True),
        sa.Column("since", sa.Double, nullable=False),
    )
    op.create_table(
        "link_codes",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("expires", sa.Double, nullable=False),
    )
    op.create_table(
        "link_tries",
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
    )
    op.create_table(
        "person_settings",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "blocks",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
    )
    op.create_table(
        "server_rules",
        sa.Column("server", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _create_trays() -> None:
    op.create_table(
        "trays",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("cover", sa.Text),
        sa.Column("options", sa.Text, nullable=False, server_default="{}"),
        sa.Column("changed", sa.Double, nullable=False, index=True),
    )
    op.create_table(
        "tray_items",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "tray_keys",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("added", sa.Double, nullable=False, index=True),
    )


def _create_papers() -> None:
    op.create_table(
        "notes",
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("person", sa.Text, index=True),
        sa.Column("changed", sa.Double, nullable=False, index=True),
    )
    op.create_table(
        "tickets",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False, index=True),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("expires", sa.Double, nullable=False, index=True),
        sa.Column("spent", sa.Double),
    )


def downgrade() -> None:
    op.drop_index("chat_uploads_of_person", "chat_uploads")
    for table in (
        "tickets",
        "notes",
        "tray_keys",
        "tray_items",
        "trays",
        "server_rules",
        "blocks",
        "person_settings",
        "link_tries",
        "link_codes",
        "identities",
        "letters",
    ):
        op.drop_table(table)
    op.create_table(
        "outbox",
        sa.Column("job", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False, server_default=""),
        sa.Column("changed", sa.Double, nullable=False),
    )
    op.execute(
        "INSERT INTO outbox SELECT job, state, message, changed FROM deliveries "
        "WHERE delivery = job"
    )
    op.drop_table("deliveries")
    op.drop_table("uses")
    for name in (
        "words",
        "most_bytes",
        "server",
        "private",
        "asked_conversation",
        "asked_platform",
    ):
        op.drop_column("jobs", name)
