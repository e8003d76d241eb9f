"""What all requests and responses have in common."""

import json
import logging
import sys
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.urls import resolve
from django_htmx.middleware import HtmxMiddleware

from annotations.http import tells_replaced
from newsnotes import middleware
from newsnotes.logs import JsonFormatter, TextFormatter

HTMX = {"HX-Request": "true"}
SIGN_IN = "/accounts/login/"


def request(method: str = "GET", path: str = "/", **headers: str) -> HttpRequest:
    """Return a request as the htmx middleware leaves it."""
    made = RequestFactory().generic(method, path, headers=headers)
    HtmxMiddleware(lambda _: HttpResponse())(made)
    return made


def answer(response: HttpResponse) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view that always gives this response."""
    return lambda _: response


def guard(made: HttpRequest) -> HttpResponse:
    """Return what somebody without a sign-in gets."""
    return middleware.SignInRequired(answer(HttpResponse())).handle_no_permission(made, answer(HttpResponse()))


def test_a_page_load_goes_to_the_sign_in_page() -> None:
    response = guard(request(path="/projects/?page=2"))
    assert response.status_code == 302
    assert response["Location"] == f"{SIGN_IN}?next=/projects/%3Fpage%3D2"


@pytest.mark.parametrize(
    ("method", "headers"), [("GET", HTMX), ("POST", HTMX), ("POST", {}), ("DELETE", {}), ("PATCH", {})]
)
def test_a_fragment_or_a_write_gets_401_and_a_trigger(method: str, headers: dict[str, str]) -> None:
    response = guard(request(method, **headers))
    assert response.status_code == 401
    assert response["HX-Trigger"] == "sign-in-needed"
    assert "Location" not in response


def test_a_redirect_of_htmx_becomes_a_navigation() -> None:
    response = middleware.htmx_redirect(answer(HttpResponseRedirect("/projects/")))(request(**HTMX))
    assert (response.status_code, response["HX-Redirect"]) == (200, "/projects/")


def test_a_redirect_to_sign_in_returns_to_the_page_not_to_the_fragment() -> None:
    headers = HTMX | {"HX-Current-URL": "http://testserver/projects/desk/?page=2"}
    redirect = HttpResponseRedirect(f"{SIGN_IN}?next=/fragment/")
    response = middleware.htmx_redirect(answer(redirect))(request(**headers))
    assert response["HX-Redirect"] == f"{SIGN_IN}?next=%2Fprojects%2Fdesk%2F%3Fpage%3D2"


def test_other_responses_stay_as_they_are() -> None:
    created = HttpResponse(status=201, headers={"Location": "/quotes/q1/"})
    assert middleware.htmx_redirect(answer(created))(request(**HTMX)) is created
    redirect = HttpResponseRedirect("/")
    assert middleware.htmx_redirect(answer(redirect))(request()) is redirect


def test_pages_are_kept_out_of_caches() -> None:
    assert middleware.no_store(answer(HttpResponse()))(request())["Cache-Control"] == "no-store"
    public = HttpResponse(headers={"Cache-Control": "max-age=60"})
    assert middleware.no_store(answer(public))(request())["Cache-Control"] == "max-age=60"


def test_caches_tell_a_fragment_from_its_page() -> None:
    response = middleware.htmx_vary(answer(HttpResponse(headers={"Vary": "Cookie"})))(request())
    assert response["Vary"] == "Cookie, HX-Request, HX-Target"


@pytest.mark.parametrize(
    ("length", "status"),
    [("", 200), ("0", 200), ("8000000", 200), ("8000001", 413), ("x", 413), ("²", 413), ("٣", 413), ("9" * 5000, 413)],
)
def test_a_body_that_is_too_large_is_refused(length: str, status: int) -> None:
    made = request("POST")
    made.META["CONTENT_LENGTH"] = length
    assert middleware.body_limit(answer(HttpResponse()))(made).status_code == status


@pytest.mark.parametrize(("length", "status"), [("6000000", 200), ("6000001", 413)])
def test_a_form_that_is_read_into_memory_may_be_less_large(length: str, status: int) -> None:
    made = RequestFactory().post("/", "a=b", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=length)
    response = middleware.body_limit(answer(HttpResponse()))(made)
    assert response.status_code == status
    assert status == 200 or b"at most 6 MB" in response.content


@pytest.mark.django_db
def test_the_limit_of_a_form_is_told_and_leaves_no_trace(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for kind in ({"content_type": "application/x-www-form-urlencoded", "data": "a=" + "x" * 6_000_001}, {}):
        response = client.post(SIGN_IN, **{"data": {"login": "x" * 6_000_001}, **kind})
        assert response.status_code == 413
        assert "at most 6 MB" in response.content.decode()
    assert not [record for record in caplog.records if record.exc_info]


# Latin-1, half a character, a lone surrogate, an overlong form, a raw byte.
BROKEN = ["a%E9b", "%C3", "ab%ED%A0%80cd", "%C0%AF", "\xff"]


@pytest.mark.django_db
@pytest.mark.parametrize("value", BROKEN)
@pytest.mark.parametrize("path", [SIGN_IN, "/", "/health/"])
def test_a_query_that_is_not_utf8_is_refused(client: Client, path: str, value: str) -> None:
    response = client.generic("GET", path, QUERY_STRING=f"a=1&q={value}")
    assert response.status_code == 400
    assert "“q”" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("value", BROKEN)
def test_a_form_that_is_not_utf8_is_refused(client: Client, value: str) -> None:
    for body in (f"login={value}&password=x", f"{value}=x"):
        form = body.encode("latin-1")
        response = client.generic("POST", SIGN_IN, form, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 400
        assert "is not UTF-8" in response.content.decode()


@pytest.mark.django_db
def test_a_multipart_form_that_is_not_utf8_is_refused_with_the_place(client: Client) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\ncaf\xe9\r\n--x--\r\n'
    response = client.generic("POST", SIGN_IN, part, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400
    assert "“login”" in response.content.decode()
    assert "character 4" in response.content.decode()


def test_a_view_that_tells_it_better_is_left_alone() -> None:
    made = RequestFactory().post("/", {"text": "caf\ufffd"})
    refuse = middleware.strict_utf8(answer(HttpResponse())).process_view  # type: ignore[attr-defined]
    assert refuse(made, lambda _: None, (), {}).status_code == 400
    assert refuse(made, tells_replaced(lambda _: None), (), {}) is None


@pytest.mark.parametrize("body", ["text=caf%C3%A9+%F0%9F%9A%92", "text=%EF%BF%BD", "text=%2", "=&&a", ""])
def test_what_is_utf8_passes(body: str) -> None:
    made = RequestFactory().post(f"/?{body}", body, content_type="application/x-www-form-urlencoded")
    assert middleware.strict_utf8(answer(HttpResponse()))(made).status_code == 200


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """The log lines of a test, as the server writes them."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keep()
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_a_request_leaves_one_line_with_its_id(client: Client, lines: list[str]) -> None:
    response = client.get("/accounts/login/?token=canary")
    (line,) = [json.loads(text) for text in lines if "newsnotes.requests" in text]
    assert line["request_id"] == response["X-Request-ID"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/accounts/login/", 200)
    assert "canary" not in "".join(lines)


def test_a_path_with_a_secret_is_logged_as_its_pattern(lines: list[str]) -> None:
    path = "/accounts/password/reset/key/1-canary/"
    made = request(path=path)
    made.resolver_match = resolve(path)
    logging.getLogger("django.request").error("Gone: %s", path, extra={"request": made, "status_code": 410})
    assert "canary" not in "".join(lines)
    assert "accounts/password/reset/key/" in "".join(lines)


def test_no_input_forges_a_log_line(lines: list[str]) -> None:
    name = "eve\n2026 ERROR admin\r\x1b[2J\u202e\u2028"
    logging.getLogger("newsnotes").warning("%s signed in", name)
    (line,) = lines
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"{name} signed in"


def test_a_line_of_text_is_short_and_cannot_be_forged() -> None:
    name = "eve\n2026 ERROR admin\r\x1b[2J\u202e\u2028"
    record = logging.makeLogRecord(
        {"name": "newsnotes", "levelname": "WARNING", "msg": "%s signed in", "args": (name,)}
    )
    line = TextFormatter().format(record)
    assert line.isprintable()
    assert line.endswith(r"WARNING newsnotes: eve\n2026 ERROR admin\r\x1b[2J\u202e\u2028 signed in")
    answered = logging.makeLogRecord({"method": "GET", "route": "/projects/", "status": 200, "milliseconds": 3.4})
    assert TextFormatter().format(answered).endswith(" 200 GET /projects/ (3 ms)")


def test_a_trace_is_indented_below_its_line() -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        record = logging.makeLogRecord({"name": "newsnotes", "msg": "failed", "exc_info": sys.exc_info()})
    first, *trace = TextFormatter().format(record).split("\n")
    assert first.endswith("newsnotes: failed")
    assert all(line.startswith("    ") for line in trace)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/", "/static/img/logo.svg"])
def test_a_routine_request_is_not_told(client: Client, caplog: pytest.LogCaptureFixture, path: str) -> None:
    with caplog.at_level(logging.DEBUG):
        response = client.get(path)
    response.close()
    assert response.status_code == 200
    assert {record.levelno for record in caplog.records if record.name == "newsnotes.requests"} == {logging.DEBUG}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/projects/desk/"])
def test_a_nul_in_a_cookie_is_refused_too(client: Client, path: str) -> None:
    forged = {"Cookie": f'{settings.SESSION_COOKIE_NAME}="aaaaaaaaaa\\000bbb"'}
    assert client.get(path, headers=forged).status_code == 400
    assert client.post(path, headers=forged).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/projects/a%00b/", "/assignments/1/speakers/?name=%00", "/api/v1/projects/a%00b"])
def test_a_nul_in_an_address_is_refused_before_a_database_meets_it(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400
