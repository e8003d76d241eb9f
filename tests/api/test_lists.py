"""Lists: pages, filters, orderings, fields, and everything that is none of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models import Model

from annotations.api.parameters import MAX_PARAMETERS
from annotations.models import Article, Assignment, Claim, Project, Quote, Speaker
from annotations.services import claims, quotes, speakers
from annotations.services.claims import NewClaim
from annotations.services.speakers import NewSpeaker
from tests.api.program import Program
from tests.cast import Cast
from tests.factories import make_article, make_assignment, make_quote, make_version

LISTS: dict[str, type[Model]] = {
    "projects": Project,
    "projects/desk/articles": Article,
    "projects/desk/speakers": Speaker,
    "projects/desk/claims": Claim,
    "projects/desk/assignments": Assignment,
    "projects/desk/quotes": Quote,
}
WORDS = ("bridge", "safe", "stay", "open", "pier", "winter", "denied")


@pytest.fixture
def filled(cast: Cast, assignment: Assignment) -> None:
    """Seven of everything."""
    for number, word in enumerate(WORDS):
        make_quote(assignment, cast.annotator, word)
        speakers.create_speaker(project=cast.project, actor=cast.annotator, new=NewSpeaker(f"Speaker {number}"))
        claims.create_claim(project=cast.project, actor=cast.annotator, new=NewClaim(f"Claim {number}."))
        if number:
            version = make_version(cast.project, cast.manager, text=f"Story {number}\n\nIt says {word}.")
            make_assignment(version, cast.annotator)


# Several annotators share these, and which was made first is nobody's business.
BY_ID = ("projects/desk/speakers", "projects/desk/claims")


@pytest.mark.parametrize("path", [path for path in LISTS if path != "projects"])
@pytest.mark.parametrize("backwards", ["", "-"])
def test_pages_hold_everything_once_and_in_order(annotator: Program, filled: None, path: str, backwards: str) -> None:
    ordering = backwards + ("id" if path in BY_ID else "created")
    whole = annotator.read(f"{path}?ordering={ordering}")["results"]
    pages = annotator.everything(f"{path}?ordering={ordering}&limit=2")
    assert len(whole) == 7
    assert pages == whole
    assert whole == annotator.read(path)["results"][:: -1 if backwards else 1]


@pytest.mark.parametrize("path", BY_ID)
def test_what_is_shared_is_listed_by_id_and_never_by_age(annotator: Program, filled: None, path: str) -> None:
    ids = [one["id"] for one in annotator.read(path)["results"]]
    assert ids == list(LISTS[path]._default_manager.order_by("key").values_list("key", flat=True))
    for ordering in ("created", "-created"):
        assert annotator.get(f"{path}?ordering={ordering}").status_code == 400


def test_pages_of_projects(annotator: Program) -> None:
    assert annotator.read("projects?limit=1")["next"] is None


def test_a_page_begins_where_the_last_one_ended_whatever_happens_between(
    annotator: Program, filled: None, cast: Cast, assignment: Assignment
) -> None:
    first = annotator.read("projects/desk/quotes?limit=3")
    seen = [one["id"] for one in first["results"]]
    last = Quote.objects.get(key=seen[-1])
    quotes.delete_quote(actor=cast.annotator, quote=last, revision=1)
    make_quote(assignment, cast.annotator, "council")
    following = annotator.everything(first["next"].removeprefix("http://testserver"))
    assert len(following) == 5
    assert not {one["id"] for one in following} & set(seen)


def test_the_next_page_keeps_the_filters(annotator: Program, filled: None) -> None:
    found = annotator.everything("projects/desk/speakers?limit=1&search=speaker&fields=id")
    assert [list(one) for one in found] == [["id"]] * 7


@pytest.mark.parametrize("cursor", ["", "x", "%00", "a" * 1001, "cTAx", "%F0%9F%98%80", "../../x", "MTox"])
def test_a_cursor_is_ours_or_refused(annotator: Program, filled: None, cursor: str) -> None:
    assert annotator.get(f"projects/desk/quotes?cursor={cursor}").status_code == 400


def test_a_cursor_serves_one_address(annotator: Program, filled: None) -> None:
    cursor = annotator.read("projects/desk/speakers?limit=1")["next"].partition("cursor=")[2]
    assert annotator.get(f"projects/desk/speakers?cursor={cursor}").status_code == 200
    assert annotator.get(f"projects/desk/claims?cursor={cursor}").status_code == 400


@pytest.mark.parametrize("path", LISTS)
def test_a_limit_is_a_small_whole_number(annotator: Program, path: str) -> None:
    for limit in ("0", "-1", "501", "1.0", "1e2", "+1", " 1", "", "x", "9" * 30, "²", "١"):
        response = annotator.get(f"{path}?limit={limit}")
        assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "limit"), limit


UNKNOWN = [
    "created_by__password__startswith=p",
    "speaker__quotes__annotator__email=x",
    "ordering=annotator__password",
    "ordering=-x,password",
    "ordering=password",
    "ordering=?",
    "fields=password",
    "fields=id,project",
    "fields=",
    "fields=id,id",
    "expand=project",
    "_connector=OR",
    "filter%5Bpassword%5D=x",
    "search__regex=x",
    "id__regex=(a%2B)%2B",
    "limit=1&limit=2",
    "format=api",
    "page=1",
    "_method=DELETE",
    "q=x",
    "Limit=1",
    "=x",
    "%00=x",
    "limit=%00",
    "cursor=%ED%A0%80",
    "limit=%FF",
    "&".join(f"x{number}=1" for number in range(100)),
]


@pytest.mark.parametrize("path", LISTS)
def test_what_is_not_declared_is_refused(annotator: Program, path: str) -> None:
    for query in UNKNOWN:
        assert annotator.get(f"{path}?{query}").status_code == 400, query


DECLARED = {
    "projects": {"cursor", "limit", "ordering"},
    "projects/desk/articles": {"outlet", "language"},
    "projects/desk/speakers": {"kind", "named", "article", "merged"},
    "projects/desk/claims": {"merged"},
    "projects/desk/assignments": {"article", "annotator", "status", "left"},
    "projects/desk/quotes": {"article", "assignment", "speaker", "parent", "type", "resolution", "claim"},
}


def paths(model: type[Model], depth: int, prefix: str = "") -> Iterator[str]:
    """Yield every way through the relations of a model, as a query of the ORM would name it."""
    for field in model._meta.get_fields():
        name = f"{prefix}{field.name}"
        yield name
        if field.is_relation and depth > 1 and field.related_model is not None:
            yield from paths(field.related_model, depth - 1, f"{name}__")


@pytest.mark.parametrize("path", LISTS)
def test_no_way_through_the_relations_is_a_parameter(annotator: Program, path: str) -> None:
    names = sorted(set(paths(LISTS[path], 3)) - DECLARED[path])
    assert len(names) > 50
    for some in batched(names, MAX_PARAMETERS):
        response = annotator.get(f"{path}?{'&'.join(f'{name}=1' for name in some)}")
        assert response.status_code == 400
        refused = [(fault["field"], fault["code"]) for fault in response.json()["errors"]]
        assert refused == [(name[:60], "unknown_parameter") for name in some]
    for name in sorted(set(paths(LISTS[path], 2)) - ({"id"} if path in BY_ID else set())):
        assert annotator.get(f"{path}?ordering={name}").status_code == 400, name


def batched(names: list[str], size: int) -> Iterator[list[str]]:
    """Yield the names, so many at a time."""
    return (names[start : start + size] for start in range(0, len(names), size))


def test_all_that_is_wrong_with_an_address_is_told_at_once(annotator: Program) -> None:
    response = annotator.get("projects/desk/articles?limit=0&colour=red&language=de&language=fr&cursor=")
    assert response.status_code == 400
    faults = [(fault["field"], fault["code"]) for fault in response.json()["errors"]]
    assert faults[:3] == [("limit", "parameter"), ("colour", "unknown_parameter"), ("language", "repeated_parameter")]
    assert response.json()["detail"].startswith("limit: ")


@pytest.mark.parametrize("path", ["projects/desk/articles", "projects/desk/speakers", "projects/desk/claims"])
def test_no_character_of_a_search_means_anything_special(annotator: Program, filled: None, path: str) -> None:
    for words in ("%25", "_", "%25" * 60, "\\", "(a%2B)%2B%24", "'", '"', "%F0%9F%92%A9"):
        assert annotator.read(f"{path}?search={words}")["results"] == [], words


def test_a_search_is_short(annotator: Program) -> None:
    assert annotator.get(f"projects/desk/articles?search={'x' * 201}").status_code == 400


FILTERS = [
    ("articles", "search=STORY%20winter", ["story-5"]),
    ("articles", "search=caf%C3%A9", ["cafe"]),
    ("articles", "search=cafe%CC%81", ["cafe"]),
    ("articles", "outlet=Gazette", ["cafe"]),
    ("articles", "outlet=gazette", []),
    ("articles", "language=fr", ["cafe"]),
    ("articles", "published_from=2024-02-29&published_to=2024-02-29", ["cafe"]),
    ("articles", "published_from=2024-03-01", []),
    ("speakers", "search=SPEAKER%203", ["speaker-3"]),
    ("speakers", "kind=group", []),
    ("speakers", "named=false", []),
    ("speakers", "merged=true", []),
    ("speakers", "article=story-1", []),
    ("claims", "search=3", ["claim-3"]),
    ("claims", "merged=true", []),
]


def test_filters(annotator: Program, filled: None, cast: Cast) -> None:
    fields = {"outlet": "Gazette", "language": "fr", "published": "2024-02-29", "key": "cafe"}
    make_article(cast.project, cast.manager, text="Cafe\u0301 shut\n\nNobody came.", **fields)
    for path, query, found in FILTERS:
        assert [one["id"] for one in annotator.everything(f"projects/desk/{path}?{query}")] == found, query


WRONG = [
    ("articles", "published_from=2024-2-3"),
    ("articles", "published_from=2024-02-30"),
    ("articles", "published_from=20240203"),
    ("speakers", "kind=ghost"),
    ("speakers", "named=1"),
    ("speakers", "named=True"),
    ("assignments", "status=done"),
    ("assignments", "own=yes"),
    ("quotes", "assignment=1.0"),
    ("quotes", "assignment=9223372036854775808"),
    ("quotes", "type=shouted"),
    ("articles/some", "version=0"),
    ("articles/some", "version=2147483648"),
    ("export", "annotations=mine"),
    ("export", "format=csv"),
    ("export", "fields=id"),
    ("export/manifest", "format="),
]


def test_values_are_checked(annotator: Program, cast: Cast) -> None:
    make_article(cast.project, cast.manager, key="some")
    for path, query in WRONG:
        assert annotator.get(f"projects/desk/{path}?{query}").status_code == 400, query


def test_one_may_ask_for_some_fields(annotator: Program, filled: None) -> None:
    (first, *_) = annotator.read("projects/desk/quotes?fields=id,revision")["results"]
    assert list(first) == ["id", "revision"]
    assert first["revision"] == 1


def test_own_assignments_and_those_of_others(annotator: Program, filled: None, cast: Cast) -> None:
    assert len(annotator.everything("projects/desk/assignments?own=true")) == 7
    assert annotator.everything("projects/desk/assignments?own=false") == []
    assert len(annotator.everything("projects/desk/assignments?status=assigned")) == 6
