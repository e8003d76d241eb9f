"""Settings are read strictly, and the secret key belongs to its owner alone."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsnotes import env
from newsnotes.databases import databases

ROOT = Path(__file__).parent.parent


def setting(expression: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a fresh process with these variables alone, and print an expression of them."""
    return in_a_process(f"from newsnotes import settings as s; print({expression})", tmp_path, **variables)


def in_a_process(code: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process with these variables alone."""
    environment = {"PATH": os.environ["PATH"], "NEWSNOTES_VAR": str(tmp_path)} | variables
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("1", True), ("TRUE", True), ("false", False), ("0", False), ("", False)]
)
def test_flag(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("DEBUG", value)
    assert env.flag("DEBUG", default=False) is expected


@pytest.mark.parametrize("value", ["yes", "on", "2", " true", "no"])
def test_flag_refuses_other_words(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DEBUG", value)
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        env.flag("DEBUG", default=False)


@pytest.mark.parametrize("value", ["-1", "1.5", "ten", "٣"])
def test_number_refuses_what_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(ImproperlyConfigured, match="PORT"):
        env.number("PORT", default=8000)


def test_secret_key_is_made_once_and_for_its_owner_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    path = tmp_path / "new" / "secret_key"
    key = env.secret_key(path)
    assert len(key) > 50
    assert env.secret_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_secret_key_from_the_environment_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "from outside")
    assert env.secret_key(tmp_path / "secret_key") == "from outside"
    assert list(tmp_path.iterdir()) == []


def test_mail_goes_to_the_console_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert env.email("EMAIL_URL")["EMAIL_BACKEND"].endswith("console.EmailBackend")


def test_mail_server_from_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://desk%40mail.example:p%2Fw@mail.example")
    mail = env.email("EMAIL_URL")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"]) == ("mail.example", 587)
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("desk@mail.example", "p/w")
    assert (mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (True, False)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_mail_server_must_be_one(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        env.email("EMAIL_URL")


@pytest.mark.parametrize("url", ["mysql://desk.example/newsnotes", "sqlite://:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        databases(url, statement_timeout=5, export_timeout=60)


def test_sqlite_reader_cannot_write(tmp_path: Path) -> None:
    both = databases(f"sqlite:///{tmp_path}/desk.sqlite3", statement_timeout=5, export_timeout=60)
    assert both["reader"]["NAME"].endswith("desk.sqlite3?mode=ro")
    assert both["reader"]["OPTIONS"]["transaction_mode"] == "DEFERRED"
    assert both["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_reader_sees_one_moment_and_cannot_write() -> None:
    both = databases("postgres://a@db.example/b", statement_timeout=5, export_timeout=60)
    options = both["reader"]["OPTIONS"]["options"]
    assert "default_transaction_read_only=on" in options
    assert "default_transaction_isolation=repeatable\\ read" in options
    assert "statement_timeout=60000" in options
    assert both["default"]["OPTIONS"]["options"] == "-c statement_timeout=5000"


@pytest.mark.parametrize(
    ("program", "variables", "expected"),
    [
        ("import newsnotes.wsgi", {}, "5000 300000"),
        ("import newsnotes.wsgi", {"NEWSNOTES_STATEMENT_TIMEOUT": "9", "NEWSNOTES_EXPORT_TIMEOUT": "0"}, "9000 0"),
        ("from newsnotes.console import main; main(['manage.py', 'help'])", {}, "0 0"),
    ],
)
def test_pages_are_stopped_early_exports_later_and_commands_never(
    tmp_path: Path, program: str, variables: dict[str, str], expected: str
) -> None:
    code = (
        f"{program}; import re; from django.conf import settings as s;"
        " print(*(re.search('timeout=(.*?)( |$)', s.DATABASES[one]['OPTIONS']['options'])[1] for one in s.DATABASES))"
    )
    environment = {"DATABASE_URL": "postgres://a@db.example/b", "DJANGO_SETTINGS_MODULE": "newsnotes.settings"}
    done = in_a_process(code, tmp_path, **environment, **variables)
    assert done.stdout.splitlines()[-1] == expected, done.stderr


def mode_of(path: Path) -> str:
    """Return the rights of a file or folder."""
    return oct(stat.S_IMODE(path.stat().st_mode))


def test_what_a_desk_keeps_is_for_its_owner_alone(tmp_path: Path) -> None:
    var = tmp_path / "new" / "var"
    environment = {"PATH": os.environ["PATH"], "NEWSNOTES_VAR": str(var)}
    for _ in range(2):
        command = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, umask=0o022)
        assert mode_of(var) == "0o700"
        files = [path for path in var.iterdir() if path.is_file()]
        assert {path.name for path in files} >= {"newsnotes.sqlite3", "secret_key"}
        assert {mode_of(path) for path in files} == {"0o600"}
        # As an earlier version left it.
        (var / "newsnotes.sqlite3").chmod(0o644)


def test_a_folder_that_was_there_is_shut_if_it_is_ours(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    env.private_folder(tmp_path, is_ours=False)
    assert mode_of(tmp_path) == "0o755"
    env.private_folder(tmp_path, is_ours=True)
    assert mode_of(tmp_path) == "0o700"


def test_debug_is_off_by_default(tmp_path: Path) -> None:
    assert setting("s.DEBUG", tmp_path).stdout == "False\n"


def test_debug_is_refused_in_production(tmp_path: Path) -> None:
    done = setting("s.DEBUG", tmp_path, DEBUG="1", NEWSNOTES_PRODUCTION="1")
    assert done.returncode != 0
    assert "DEBUG must be off" in done.stderr


@pytest.mark.parametrize("url", ["desk.example", "ftp://desk.example", "https://desk.example/notes", "https://"])
def test_site_url_must_be_one(tmp_path: Path, url: str) -> None:
    assert "SITE_URL must look like" in setting("s.SITE_URL", tmp_path, SITE_URL=url).stderr


def test_an_https_site_gets_the_strict_cookies(tmp_path: Path) -> None:
    done = setting(
        "s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, 'desk.example' in s.ALLOWED_HOSTS",
        tmp_path,
        SITE_URL="https://desk.example",
    )
    assert done.stdout == "__Host-sessionid True True True\n", done.stderr


def test_forwarded_headers_count_only_behind_a_proxy(tmp_path: Path) -> None:
    expression = "getattr(s, 'SECURE_PROXY_SSL_HEADER', None)"
    assert setting(expression, tmp_path).stdout == "None\n"
    assert "HTTP_X_FORWARDED_PROTO" in setting(expression, tmp_path, NEWSNOTES_BEHIND_PROXY="true").stdout


def test_logs_have_one_of_two_forms(tmp_path: Path) -> None:
    expression = "s.LOGGING['handlers']['console']['formatter']"
    assert setting(expression, tmp_path).stdout == "json\n"
    assert setting(expression, tmp_path, LOG_FORMAT="text").stdout == "text\n"
    assert "LOG_FORMAT must be json or text" in setting(expression, tmp_path, LOG_FORMAT="xml").stderr


def test_every_variable_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "newsnotes").glob("*.py"))
    read = set(re.findall(r'(?:environ\.get|env\.\w+)\(\s*"([A-Z_]+)"', sources))
    assert {"DEBUG", "DATABASE_URL", "NEWSNOTES_WORKERS"} <= read
    assert {name for name in read if f"| `{name}` |" not in manual} == set()
