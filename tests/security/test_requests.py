"""What requests may not do, whatever address they go to: generated from all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from annotations.models import Article, Change, Claim, Notice, Speaker
from tests.client import StrictClient
from tests.permissions.bodies import FORMS
from tests.permissions.table import read_table
from tests.place import Place
from tests.routes import Route, routes
from tests.walk import Walker, readable_routes
from tests.world import World

pytestmark = pytest.mark.django_db

TABLE = read_table()
WRITES = [route for route in routes() if "POST" in TABLE[route.name].methods]
LISTS = {"article-list": Article, "speaker-list": Speaker, "claim-list": Claim}
DEPTH = 4


@pytest.fixture
def place(world: World) -> Place:
    """What is the manager's."""
    return world.own["manager"]


def signed_in(world: World, **options: Any) -> StrictClient:
    """Return a fresh client of the manager."""
    client = StrictClient(**options)
    client.cookies.update(world.clients["manager"].cookies)
    return client


def ascii_id(value: str) -> str:
    """Return a short name of a value."""
    return ascii(value[:9])


class TestOtherMethods:
    @pytest.mark.parametrize("override", [{"X-HTTP-Method-Override": "DELETE"}, {"X-Method-Override": "POST"}])
    def test_a_method_cannot_be_dressed_up(self, world: World, place: Place, override: dict[str, str]) -> None:
        before = Change.objects.count()
        for route in readable_routes():
            path = reverse(route.name, kwargs=place.arguments(route))
            plain = signed_in(world).get(path)
            dressed = signed_in(world).get(f"{path}?_method=DELETE", headers=override)
            assert dressed.status_code in {plain.status_code, 400}, path
        assert Change.objects.count() == before

    @pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "X" * 300])
    def test_other_verbs_are_not_known(self, world: World, place: Place, method: str) -> None:
        for route in routes():
            if not TABLE[route.name].is_open:
                response = signed_in(world).generic(method, reverse(route.name, kwargs=place.arguments(route)))
                assert response.status_code in {400, 401, 403, 404, 405}, f"{route.name}: {response.status_code}"


class TestHosts:
    @pytest.mark.parametrize("host", ["evil.example", "evil.example:443", "testserver@evil.example", "testserver.evil"])
    def test_another_host_is_refused_everywhere(self, world: World, place: Place, host: str) -> None:
        for route in readable_routes():
            if not TABLE[route.name].is_open or "reset" in route.name:
                path = reverse(route.name, kwargs=place.arguments(route))
                assert signed_in(world).get(path, headers={"Host": host}).status_code in {400, 401}, path

    @pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded"])
    def test_no_header_stands_for_the_host_or_the_path(self, world: World, place: Place, header: str) -> None:
        for name in ("member-list", "api-docs", "home"):
            route = next(one for one in routes() if one.name == name)
            path = reverse(name, kwargs=place.arguments(route))
            response = signed_in(world).get(path, headers={header: "evil.example"})
            assert "evil.example" not in response.content.decode()
            assert response.status_code == 200


class TestPaths:
    TRICKS = (
        "../newsnotes/settings.py",
        "..%2f..%2fnewsnotes%2fsettings.py",
        "%2e%2e/%2e%2e/etc/passwd",
        "....//....//etc/passwd",
        "..\\..\\etc\\passwd",
        "/etc/passwd",
        "css%00.py",
        "css/../../manage.py",
    )

    @pytest.mark.parametrize("trick", TRICKS)
    def test_no_file_of_the_server_is_served(self, world: World, trick: str) -> None:
        client = signed_in(world)
        for path in (f"/static/{trick}", f"/{trick}", f"/projects/desk/articles/{trick}/original/"):
            response = client.get(path)
            assert response.status_code in {400, 404}, path
            assert b"SECRET_KEY" not in response.content

    @pytest.mark.parametrize(
        "name", ["../../evil.txt", "/etc/passwd.txt", "C:\\x\\y.txt", "x\\..\\y.txt", "NUL.txt", "n" * 300 + ".txt"]
    )
    def test_the_name_of_a_file_is_no_path(self, world: World, place: Place, name: str) -> None:
        client, slug = signed_in(world), place.project.slug
        body = f"A story in a file called {len(name)}.\n\nIt is short.".encode()
        sent = client.post(reverse("import-files", args=[slug]), {"upload": SimpleUploadedFile(name, body)})
        assert sent.status_code == 302
        before = Article.objects.count()
        client.post(sent["Location"] + "confirm/")
        assert Article.objects.count() == before + 1
        key = Article.objects.filter(project=place.project).order_by("-pk")[0].key
        assert not {"/", "\\", "\0"} & set(key)
        assert key not in {".", ".."}
        download = client.get(reverse("article-original", args=[slug, key]))
        assert download.status_code == 200
        assert not {"/", "\\"} & set(download["Content-Disposition"])

    def test_no_ending_makes_a_page_public(self, world: World, place: Place) -> None:
        client = signed_in(world)
        for ending in ("x.css", ".css", "%2fx.css", ";x.css", "index.js"):
            for path in (reverse("account"), reverse("project-detail", args=[place.project.slug])):
                response = client.get(path + ending)
                assert response.status_code == 404, path + ending
                assert "no-store" in response["Cache-Control"]


class TestNext:
    AWAY = ("//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example", "javascript:alert(1)")
    TRICKS = ("https://testserver@evil.example", "\t//evil.example", "///evil.example", "/%09//evil.example")

    @pytest.mark.parametrize("away", [*AWAY, *TRICKS])
    @pytest.mark.parametrize("name", ["account_login", "account_reauthenticate", "account_logout"])
    def test_it_stays_on_this_site(self, world: World, place: Place, name: str, away: str) -> None:
        route = next(one for one in routes() if one.name == name)
        client = StrictClient() if name == "account_login" else signed_in(world)
        form = FORMS[name](place) if name in FORMS else {}
        response = client.post(reverse(name) + "?next=" + away, form | {"next": away})
        assert route.name == name
        if response.status_code in {302, 303}:
            target = response["Location"]
            assert target.startswith("/"), target
            assert not target.startswith(("//", "/\\")), target

    @pytest.mark.parametrize("away", AWAY)
    def test_htmx_is_not_led_away_either(self, world: World, place: Place, away: str) -> None:
        headers = {"HX-Request": "true", "HX-Current-URL": away}
        for route in readable_routes():
            path = reverse(route.name, kwargs=place.arguments(route))
            response = StrictClient().get(path, headers=headers)
            for name in ("HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url"):
                target = response.headers.get(name, "/")
                assert target.startswith("/"), path
                assert "evil" not in target, path


class TestHostileValues:
    """Values that break a database, a regular expression or a patience."""

    @pytest.fixture(autouse=True)
    def nothing_new(self, world: World) -> None:
        """Let everybody have read their notices: to count them takes half as long as all else that says no."""
        Notice.objects.update(read_at=Now())

    VALUES = (
        "%00",
        "a%00b",
        "%ED%A0%80",
        "%FF%FE",
        "(a%2B)%2B%24",
        "%25" * 1000,
        "x" * 7000,
        "%F0%9F%92%A9" * 200,
        "9" * 400,
        "1e999",
    )
    OF_PAGES = ("q", "page", "name", "claim", "quote", "version", "order")
    OF_THE_API = ("search", "cursor", "limit", "article", "ordering", "fields")

    @pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:9])
    def test_no_address_breaks(self, world: World, place: Place, value: str) -> None:
        walker = Walker.of(world, "manager")
        for route in readable_routes():
            path = reverse(route.name, kwargs=place.arguments(route))
            for name in self.OF_THE_API if route.is_api else self.OF_PAGES:
                status = walker.get(f"{path}?{name}={value}").status_code
                assert status < 500, f"{path}?{name}={value}: {status}"

    @pytest.mark.parametrize("value", ["\0", "a\0b", "\ud800", "x" * 7000, "-1", str(2**63), "💩" * 200], ids=ascii_id)
    def test_no_path_breaks(self, world: World, place: Place, value: str) -> None:
        walker = Walker.of(world, "manager")
        for route in readable_routes():
            parts = {f"<{name}>": str(known) for name, known in place.arguments(route).items()}
            for hostile in parts:
                path = route.path
                for name, known in parts.items():
                    path = path.replace(name, value if name == hostile else known)
                quoted = path.encode("utf-8", "surrogatepass").decode("latin-1")
                status = walker.client.get(quoted).status_code
                # A page for whoever has a broken link says what to do about it.
                told = {200, 405, 410} if TABLE[route.name].is_open else set()
                assert status in {301, 302, 400, 401, 404, *told}, f"{path!r}: {status}"

    @pytest.mark.parametrize(
        "value", ["\0", "a\0b", "\u202eevil", "x" * 100_000, "-1", str(2**63), "\x1b[2J"], ids=ascii_id
    )
    def test_no_form_breaks(self, world: World, place: Place, value: str) -> None:
        for route in WRITES:
            if route.is_api or route.name not in FORMS:
                continue
            usual = FORMS[route.name](place)
            for field in usual:
                before = Change.objects.count()
                path = reverse(route.name, kwargs=place.arguments(route))
                response = signed_in(world).post(path, usual | {field: value})
                assert response.status_code < 500, f"{route.name}, {field}: {response.status_code}"
                if "\0" in value and response.status_code >= 400:
                    assert Change.objects.count() == before


class TestFilters:
    """Lists are filtered by what they declare, and by nothing that leads from row to row."""

    def paths_of(self, model: type[models.Model], depth: int = DEPTH, prefix: str = "") -> Iterator[str]:
        """Yield every path over relations from a model to a field of the accounts or to text."""
        for related in model._meta.get_fields():
            name = related.get_accessor_name() if hasattr(related, "get_accessor_name") else related.name
            path = f"{prefix}{getattr(related, 'name', name)}"
            if not related.is_relation:
                yield path
            elif depth > 1 and related.related_model is not None:
                yield from self.paths_of(related.related_model, depth - 1, f"{path}__")

    @pytest.mark.parametrize("name", LISTS)
    def test_no_path_over_relations_is_a_parameter(self, world: World, place: Place, name: str) -> None:
        path, client = reverse(name, args=[place.project.slug]), signed_in(world)
        refused = {"q", "outlet", "language", "kind", "named"}
        tried = [one for one in dict.fromkeys(self.paths_of(LISTS[name])) if one not in refused]
        assert any(one.endswith("user__password") for one in tried)
        # A refused parameter never reaches the database, so a few at a time tell as much as each alone.
        for start in range(0, len(tried), 500):
            query = "&".join(f"{one}=p" for one in tried[start : start + 500])
            assert client.get(f"{path}?{query}").status_code == 400
        password = next(one for one in tried if one.endswith("user__password"))
        for one in (password, f"{password}__startswith", f"{password}__regex", *tried[:20]):
            assert client.get(f"{path}?{one}=p").status_code == 400, one

    @pytest.mark.parametrize("name", LISTS)
    @pytest.mark.parametrize(
        "query",
        [
            "order=annotator__password",
            "order=-pk,password",
            "ordering=name",
            "fields=password",
            "expand=user",
            "_connector=OR",
            "filter[password]=p",
            "order=name&order=added",
            "q__regex=a",
            "page=1&page=2",
        ],
    )
    def test_what_is_not_declared_is_refused(self, world: World, place: Place, name: str, query: str) -> None:
        path = reverse(name, args=[place.project.slug])
        assert signed_in(world).get(f"{path}?{query}").status_code == 400

    # Of django-allauth, which has parameters of its own; what a link in a mail leads to, to which mail programs add.
    LENIENT = ("account_", "mfa_", "sign-in-link", "invitation")

    def test_no_page_takes_a_parameter_that_it_does_not_know(self, world: World, place: Place) -> None:
        walker = Walker.of(world, "manager")
        ignoring = []
        for route in readable_routes():
            path = reverse(route.name, kwargs=place.arguments(route))
            status = walker.get(f"{path}?user__password__startswith=p").status_code
            if status not in {400, 404} and not route.name.startswith(self.LENIENT):
                ignoring.append(route.name)
        assert not ignoring, ", ".join(ignoring)

    @pytest.mark.parametrize("wildcard", ["%25", "a_b", "%5C", "%25%25", "mayor_opens"])
    def test_wildcards_are_letters(self, world: World, place: Place, wildcard: str) -> None:
        for name in LISTS:
            response = signed_in(world).get(f"{reverse(name, args=[place.project.slug])}?q={wildcard}")
            assert [str(row) for row in response.context["page"].object_list] == [], name


class TestFields:
    """A form writes the fields that it shows, and no other field of any model."""

    def test_no_other_field_of_a_model_is_written(self, world: World, place: Place) -> None:
        names = {
            field.name for model in apps.get_app_config("annotations").get_models() for field in model._meta.fields
        }
        protected = {"is_staff": "1", "is_superuser": "1", "is_active": "0", "project": "2", "created_by": "1"}
        for route in WRITES:
            if route.is_api or route.name not in FORMS:
                continue
            usual = FORMS[route.name](place)
            more = {name: protected.get(name, "7") for name in names - usual.keys() - self.own_fields(route)}
            sent = signed_in(world).post(reverse(route.name, kwargs=place.arguments(route)), more | usual)
            assert sent.status_code < 500, route.name
        place.owner.refresh_from_db()
        assert not place.owner.is_staff
        assert not place.owner.is_superuser
        place.version.refresh_from_db()
        assert place.version.project_id == place.project.pk

    def own_fields(self, route: Route) -> set[str]:
        """Fields that a form may have besides those of its usual body."""
        return {"label", "text", "key", "name", "description", "aliases", "wikidata", "start", "end", "exact"}


class TestForeignObjects:
    """An id of another desk, in a field, is as good as one that nobody has."""

    CASES: tuple[tuple[str, str, str], ...] = (
        ("speaker-merge", "into", "second_speaker"),
        ("claim-merge", "into", "second_claim"),
        ("quote-speaker", "speaker", "speaker"),
        ("quote-stance", "claim", "claim"),
        ("quote-parent", "parent", "quote"),
    )

    @pytest.mark.parametrize(("name", "field", "noun"), CASES)
    def test_it_does_not_exist(self, world: World, place: Place, name: str, field: str, noun: str) -> None:
        route = next(one for one in routes() if one.name == name)
        path = reverse(name, kwargs=place.arguments(route))
        before = Change.objects.count()
        foreign = getattr(world.elsewhere, noun).key
        statuses = []
        for value in (foreign, "nobody-has-this"):
            response = signed_in(world).post(path, FORMS[name](place) | {field: value})
            statuses.append(response.status_code)
            shown = response.content.decode().replace(value, "")
            assert "of outsider" not in shown
        assert statuses[0] == statuses[1]
        assert statuses[0] in {404, 409, 422}
        assert Change.objects.count() == before
