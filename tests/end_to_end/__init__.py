"""The whole program, started as people start it, with nothing in the place of anything."""
