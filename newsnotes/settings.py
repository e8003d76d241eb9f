"""Settings of the newsnotes server, from environment variables. docs/operating.md lists them all."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from newsnotes import env
from newsnotes.databases import databases

BASE_DIR = Path(__file__).resolve().parent.parent

# ---------------------------------------------------------------------------
# What this server is, and where it keeps things
# ---------------------------------------------------------------------------

# Everything that a running desk writes to disk lies here: hashes of passwords among it, so nobody else looks inside.
# The rights of a folder that somebody named are theirs; the files in it are private all the same.
VAR = env.private_folder(
    Path(os.environ.get("NEWSNOTES_VAR") or BASE_DIR / "var"), is_ours=not os.environ.get("NEWSNOTES_VAR")
)

PRODUCTION = env.flag("NEWSNOTES_PRODUCTION", default=False)
DEBUG = env.flag("DEBUG", default=False)
if DEBUG and PRODUCTION:
    # Error pages of DEBUG show settings and stories to whoever causes an error.
    raise ImproperlyConfigured("DEBUG must be off where NEWSNOTES_PRODUCTION is set.")

SECRET_KEY = env.secret_key(VAR / "secret_key")

PORT = env.number("PORT", default=8000)
# Links that leave the site (sign-in, invitation, password reset) start with this address,
# never with the Host header of whoever asked for them.
SITE_URL = (os.environ.get("SITE_URL") or f"http://127.0.0.1:{PORT}").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname or _site.path:
    raise ImproperlyConfigured(f"SITE_URL must look like https://desk.example, not {SITE_URL!r}.")
HTTPS = _site.scheme == "https"

ALLOWED_HOSTS = [
    *env.words("ALLOWED_HOSTS", default=("localhost", "127.0.0.1", "[::1]")),
    _site.hostname,
]

# ---------------------------------------------------------------------------
# Applications, middleware, templates
# ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "annotations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "newsnotes.apps.TrimmedStaticFiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "rest_framework",
    "template_partials",
]

# The first one sees the request first and the response last.
MIDDLEWARE = [
    "newsnotes.middleware.request_log",
    "django.middleware.security.SecurityMiddleware",
    # A script or a sheet is no page: what only pages need would be the larger part of the small ones.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "annotations.api.middleware.problem_details",
    "newsnotes.middleware.no_store",
    "newsnotes.middleware.htmx_vary",
    "newsnotes.middleware.body_limit",
    "newsnotes.middleware.refuse_nul",
    "newsnotes.middleware.strict_utf8",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "newsnotes.middleware.htmx_redirect",
    "newsnotes.middleware.SignInRequired",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "newsnotes.urls"
WSGI_APPLICATION = "newsnotes.wsgi.application"

# template_partials wraps the loaders, and caches compiled templates while doing so.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# ---------------------------------------------------------------------------
# Database
# ---------------------------------------------------------------------------

# No ATOMIC_REQUESTS: on SQLite each page would take the write lock.
DATABASES = databases(
    os.environ.get("DATABASE_URL") or f"sqlite:///{VAR / 'newsnotes.sqlite3'}",
    statement_timeout=env.number("NEWSNOTES_STATEMENT_TIMEOUT", default=5),
    export_timeout=env.number("NEWSNOTES_EXPORT_TIMEOUT", default=300),
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The sign-in delays count here. A table is shared by all web processes; memory is not.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# ---------------------------------------------------------------------------
# Background tasks
# ---------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# What a worker does for each ticket that it draws.
TASK_TICKET = "annotations.tasks.running.work"
# A worker that is silent for so many seconds has lost its task; it says four times in between that it lives.
TASK_LEASE_SECONDS = env.number("NEWSNOTES_TASK_LEASE", default=60, least=1)
# What tasks write for people to fetch. Web and worker must both reach it.
TASK_FILES = VAR / "tasks"
TASK_FILES_DAYS = env.number("NEWSNOTES_TASK_DAYS", default=7, least=1)

# ---------------------------------------------------------------------------
# Accounts
# ---------------------------------------------------------------------------

AUTH_USER_MODEL = "annotations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

ACCOUNT_ADAPTER = "annotations.adapters.AccountAdapter"
# By user name alone: addresses are never confirmed here, and a second way in would be a second
# name under which to guess, with a different time to answer.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_FORMS = {"login": "annotations.forms.sign_in.SignInForm"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "newsnotes: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# The same answer and the same work, whether or not the account exists.
ACCOUNT_PREVENT_ENUMERATION = True
# Guessing is slowed here and nowhere else. allauth counts per account and per network (a
# /64 for IPv6), for unknown names too, and forgets after some minutes. A device on which a
# person has signed in counts for itself (annotations.adapters), so that whoever guesses a
# name cannot lock out its owner. A second package would only add a second answer.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/h/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "newsnotes"
# Mail is never required, so no address is ever confirmed.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# ---------------------------------------------------------------------------
# Browser security
# ---------------------------------------------------------------------------

SESSION_COOKIE_AGE = 7 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# Nothing inline, nothing from elsewhere, no eval. A page that needs more is a wrong page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

if HTTPS:
    # A __Host- cookie belongs to this very host: no sibling domain can set or read it.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    # The health check of a container speaks plain HTTP to itself.
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

if env.flag("NEWSNOTES_BEHIND_PROXY", default=False):
    # Anybody can send these headers, so they count only where a proxy of ours overwrites them.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# ---------------------------------------------------------------------------
# Limits of a request
# ---------------------------------------------------------------------------

# Import in a request takes 5 MB or 200 files; the rest is the form around them.
MAX_REQUEST_BYTES = 8_000_000
# JSON lines are read one by one, and never held as a whole.
MAX_LINES_BYTES = 200_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 6_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 250
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# ---------------------------------------------------------------------------
# Static files; there are no media files
# ---------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("NEWSNOTES_STATIC") or VAR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "newsnotes.storage.StaticStorage"},
}

# ---------------------------------------------------------------------------
# REST API
# ---------------------------------------------------------------------------

# The views of the API name their own classes (annotations.api.views.base); any other view is shut.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["annotations.api.parsers.StrictJsonParser"],
    "DEFAULT_SCHEMA_CLASS": "annotations.api.openapi.Schema",
    "EXCEPTION_HANDLER": "annotations.api.problems.exception_handler",
    # `format` is a parameter of the export and chooses no renderer.
    "URL_FORMAT_OVERRIDE": None,
}
# A quote is some kilobytes; only a form of many files is larger, and the API has none.
API_MAX_BODY_BYTES = 1_000_000
# Requests of one token, counted by each web process for itself; 0 is no limit.
API_REQUESTS_PER_MINUTE = env.number("NEWSNOTES_API_REQUESTS_PER_MINUTE", default=3_000)

SPECTACULAR_SETTINGS = {
    "TITLE": "newsnotes",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": ["annotations.api.openapi.complete"],
}

# ---------------------------------------------------------------------------
# Language, time, mail
# ---------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

globals().update(env.email("EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or f"newsnotes@{_site.hostname}"

# ---------------------------------------------------------------------------
# Logs
# ---------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "newsnotes.logs.JsonFormatter"},
        "text": {"()": "newsnotes.logs.TextFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.choice("LOG_FORMAT", default="json", choices=("json", "text")),
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL") or "INFO"},
    "loggers": {
        # Django's own handlers would print each record a second time, unformatted.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Our own line tells of every refusal already; this logger adds the trace of an error.
        "django.request": {"level": "ERROR"},
        # Scanners ask for foreign hosts all day; the line of the request says enough.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},
    },
}
