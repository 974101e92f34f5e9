"""Suites of cases that others wrote, and how to run them."""
