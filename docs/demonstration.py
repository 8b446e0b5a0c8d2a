"""A demonstration in a place of its own, for the scripts beside this one."""

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def prepare(data: Path) -> None:
    """An empty place with the demonstration in it: on SQLite, or where `DATABASE_URL` says."""
    os.environ |= {"ENVIRONMENT": "demo", "DATA_DIR": str(data), "SECRET_KEY": secrets.token_urlsafe(50)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "cha_engagement.settings"
    (data / "static").mkdir()
    sys.path.insert(0, str(ROOT))

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("demo")
