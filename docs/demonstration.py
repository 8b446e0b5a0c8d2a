"""A demonstration in a place of its own, for the scripts beside this one."""

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def begin(data: Path) -> None:
    """Django, with its data in this folder: on SQLite, or where `DATABASE_URL` says. Its tables are as the code has them."""
    os.environ |= {"ENVIRONMENT": "demo", "DATA_DIR": str(data), "SECRET_KEY": secrets.token_urlsafe(50)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "cha_engagement.settings"
    (data / "static").mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(ROOT))

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def prepare(data: Path) -> None:
    """An empty place with the demonstration in it."""
    from django.core.management import call_command

    begin(data)
    call_command("demo")
