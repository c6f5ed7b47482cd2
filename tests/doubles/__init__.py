"""Doubles of the outside systems: real servers on loopback, as strict as their models."""
