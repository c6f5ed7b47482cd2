"""What is kept about accounts: settings, blocks, and the codes with which they are linked."""

import sqlalchemy as sa

_tables = sa.MetaData()
person_settings = sa.Table(
    "person_settings",
    _tables,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text),
)
blocks = sa.Table(
    "blocks",
    _tables,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text),
    sa.Column("since", sa.Double),
)
link_codes = sa.Table(
    "link_codes",
    _tables,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text),
    sa.Column("expires", sa.Double),
)
link_tries = sa.Table(
    "link_tries",
    _tables,
    sa.Column("identity", sa.Text, primary_key=True),
    sa.Column("tries", sa.Integer),
    sa.Column("since", sa.Double),
)
