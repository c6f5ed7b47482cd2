"""Changes of the tables, in order. A file's name is its revision; none is edited after release."""
