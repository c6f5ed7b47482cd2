"""Composing: from a mood and a seed to a score, by rules of our own."""
