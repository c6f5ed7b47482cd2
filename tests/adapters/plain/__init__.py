"""Tests of plain links."""
