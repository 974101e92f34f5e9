"""Panjereh: the single window between people and their government."""
