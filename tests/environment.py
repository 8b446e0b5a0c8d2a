"""Loaded before Django is, so that plain `pytest` runs the tests as `./dev test` does."""

import os

os.environ.setdefault("ENVIRONMENT", "test")
# Playwright runs an event loop in the thread that the tests use the database from.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
