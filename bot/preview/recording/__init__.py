"""Conversations written down: text that a person can read and the real bot can live through."""
