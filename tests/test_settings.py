"""A server refuses settings that do not fit: each test starts a process, as settings are read once."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


def check(tmp_path, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "ENVIRONMENT": "production",
            "DATA_DIR": str(tmp_path),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_are_found_safe(tmp_path):
    done = check(tmp_path, SECRET_KEY=secrets.token_urlsafe(50))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "environment", [{}, {"SECRET_KEY": ""}, {"SECRET_KEY": "demo"}, {"SECRET_KEY": "x" * 49}]
)
def test_without_a_long_secret_nothing_starts_in_production(tmp_path, environment):
    done = check(tmp_path, **environment)
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr


def print_settings(tmp_path, asked, **environment):
    """Return the settings, called `s`, that a process with this environment prints."""
    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "shell",
            "--verbosity",
            "0",
            "-c",
            f"from django.conf import settings as s; print({asked})",
        ],
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "ENVIRONMENT": "demo",
            "SECRET_KEY": "any",
            "DATA_DIR": str(tmp_path),
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_a_mail_server_is_one_address(tmp_path):
    asked = "s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_TIMEOUT"
    values = print_settings(tmp_path, asked, EMAIL_URL="submission://user:password@mail.example.org:587")
    assert values == ["mail.example.org", "587", "True", "10"]


def test_a_database_is_reached_as_its_address_asks(tmp_path):
    asked = "s.DATABASES['default']['HOST'], s.DATABASES['default']['OPTIONS']['sslmode']"
    values = print_settings(
        tmp_path, asked, DATABASE_URL="postgres://user:password@db.example.org/cases?sslmode=require"
    )
    assert values == ["db.example.org", "require"]


def test_the_secret_of_the_demonstration_serves_nobody_in_production(tmp_path):
    secret = secrets.token_urlsafe(50)
    (tmp_path / "secret_key").write_text(f"{secret}\n")
    (tmp_path / "static").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "cha_engagement.wsgi", "--check-config"],
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "ENVIRONMENT": "production",
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": secret,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SECRET_KEY is that of the demonstration" in done.stderr
    assert "SECRET_KEY is that of the demonstration" in check(tmp_path, SECRET_KEY=secret).stderr


def test_production_loads_nothing_of_the_demonstration(tmp_path):
    """Nor what it needs: a server is installed without it."""
    script = (
        "import sys; sys.modules['time_machine'] = None; import cha_engagement.wsgi, cha_engagement.urls;"
        "print([name for name in sys.modules if name.startswith('cha_engagement.demo')])"
    )
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SECRET_KEY": secrets.token_urlsafe(50)}
    (tmp_path / "static").mkdir()
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, env=env, capture_output=True, text=True, check=False
    )
    assert (loaded.returncode, loaded.stdout) == (0, "[]\n"), loaded.stderr
