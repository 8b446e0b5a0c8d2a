"""Settings, read from the environment: `docs/operations.md` lists every variable."""

import shutil
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from environs import Env, validate

from cha_engagement.core.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()

ENVIRONMENT = env.str("ENVIRONMENT", "production", validate=validate.OneOf(["demo", "test", "production"]))
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).absolute()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
long_enough = validate.Length(min=50 if ENVIRONMENT == "production" else 1)
SECRET_KEY = "tests-only" if ENVIRONMENT == "test" else env.str("SECRET_KEY", validate=long_enough)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "reviews",
    "restrictions.blocks",
    "restrictions.breaches",
    "restrictions.objections",
    "restrictions.second_looks",
    "restrictions",
    "incidents.conversations",
    "incidents.contact_requests",
    "incidents.restorative",
    "incidents.notes",
    "incidents.handling",
    "incidents.contacts",
    "incidents",
    "incidents.agreements",
    "cha_engagement.desk",
    "cha_engagement.letters",
    "cha_engagement.evidence",
    "cha_engagement.customers.few",
    "cha_engagement.customers",
    "cha_engagement.lists",
    "cha_engagement.staff",
    "cha_engagement.guide",
    "cha_engagement.organisation",
    "cha_engagement.backups",
    "cha_engagement.core",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "simple_history",
    "csp",
    # Without looking for every app's lists: ours are registered by hand.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
if ENVIRONMENT != "production":
    INSTALLED_APPS = ["cha_engagement.demo", *INSTALLED_APPS]

MIDDLEWARE = [
    "cha_engagement.core.logs.RequestLogMiddleware",
    "cha_engagement.core.compression.CompressedPagesMiddleware",
    "cha_engagement.core.errors.RetryReadsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cha_engagement.staff.middleware.PrivatePagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cha_engagement.desk.middleware.TypedDraftMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "cha_engagement.staff.middleware.PresenceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "cha_engagement.organisation.middleware.OrganisationReadOnceMiddleware",
    "cha_engagement.core.read_once.ReadOnceMiddleware",
    "cha_engagement.core.errors.RefusalPagesMiddleware",
    "cha_engagement.customers.middleware.MergedCustomerMiddleware",
    "cha_engagement.customers.few.middleware.CaseReadingMiddleware",
]

ROOT_URLCONF = "cha_engagement.urls"
WSGI_APPLICATION = "cha_engagement.wsgi.application"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "govuk"
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_FAIL_SILENTLY = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cha_engagement.desk.context.page_context",
            ],
            "builtins": [
                "crispy_forms.templatetags.crispy_forms_tags",
                "django.templatetags.static",
                "cha_engagement.core.templatetags.ui",
            ],
        },
    },
]

# SQLite's own defaults lose acknowledged writes in a crash and lock in read-then-write transactions.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={'OFF' if ENVIRONMENT == 'test' else 'FULL'};",
}
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    # A file: live servers and threads must meet the same database.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    given = DATABASES["default"].get("OPTIONS", {})  # in the address, such as sslmode
    # A connection that the server has dropped is found out before a page gets it, and a restart is waited for. The pool tries
    # less and less often until it gives up, and at once when it is asked anew: so it gives up before a page does.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    pool = {"timeout": 10, "reconnect_timeout": 8} if ENVIRONMENT != "test" else False  # in seconds
    # To compile long statements, such as what waits for somebody, takes PostgreSQL longer than to answer them, and so does planning them
    # with each value (`core.planning`). Days that come as text come as in the standard, whatever the server is set to.
    defaults = "-c jit=off -c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan -c datestyle=ISO"
    DATABASES["default"]["OPTIONS"] = {"pool": pool, "options": defaults} | given
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

CACHES = {
    # Shared by all processes: forms know here that they were sent before, and with which answers. Room for all of a day: what is
    # pushed out early is forgotten.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

AUTH_USER_MODEL = "staff.StaffMember"
AUTHENTICATION_BACKENDS = ["cha_engagement.staff.backends.RolesBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "cha_engagement.staff.adapter.ClosedAdapter"
ACCOUNT_FORMS = {
    "login": "cha_engagement.staff.forms.LoginForm",
    "change_password": "cha_engagement.staff.forms.ChangePasswordForm",
    "reset_password": "cha_engagement.staff.forms.ResetPasswordForm",
    "reset_password_from_key": "cha_engagement.staff.forms.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# Ours are in `staff.throttle`.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}

LOGGING = logging_config(is_readable=ENVIRONMENT == "demo")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
WHITENOISE_USE_FINDERS = ENVIRONMENT != "production"
WHITENOISE_AUTOREFRESH = ENVIRONMENT == "test"  # or each client of a test looks through the folder first
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    # Evidence and letters: never served by URL, only through views that look it up among what somebody may see.
    "default": {"BACKEND": "cha_engagement.evidence.storage.SyncedStorage", "OPTIONS": {"base_url": None}},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if ENVIRONMENT == "production"
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 600_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
EVIDENCE_MAX_BYTES = 25 * 1024 * 1024
# Letters can be had as sound where this is installed; the tests bring a program of their own.
SPEECH_PROGRAM = "" if ENVIRONMENT == "test" else shutil.which("espeak-ng") or ""

vars().update(env.dj_email_url("EMAIL_URL", "console:"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "engagement@localhost")
# Where links in emails lead: requests may come through a proxy, the daily job has none.
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000")

SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "cha_engagement.staff.sessions"
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", 15, validate=validate.Range(min=3)))
SESSION_DAY = timedelta(hours=env.int("SESSION_DAY_HOURS", 8, validate=validate.Range(min=1, max=24)))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # the server says when a session ends, the cookie says nothing of it
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
if ENVIRONMENT == "production":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Behind the proxy all requests come from one address; wrong passwords are counted by the visitor's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
CSRF_FAILURE_VIEW = "cha_engagement.core.errors.csrf_failure"
