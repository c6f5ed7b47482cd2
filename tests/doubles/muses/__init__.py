"""Doubles of the services that look at photos and make music, strict as the real ones are."""
