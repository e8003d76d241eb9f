"""Independence, walked: somebody who holds a story finds no trace of another's work on it, wherever they look.

Every page, fragment, export and address of the API is read before and after the other one works. Until there is
gold, each answer must be the same to the byte: words, ids, counts, orders and ETags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote as escaped

import pytest
from django.http import HttpResponse
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from annotations.exports.dataset import block_records
from annotations.models import Assignment, Quote, User
from annotations.services import quotes, tokens, undo
from annotations.services.assignments import submit_assignment
from annotations.services.claims import NewClaim
from annotations.services.comments import readers_of, resolve_thread, write_comment
from annotations.services.corrections import adopt_correction
from annotations.services.looked_at import look_at
from annotations.services.reviews import (
    approve_assignment,
    judge_quote,
    return_assignment,
    start_correction,
    withdraw_approval,
)
from annotations.services.speakers import NewSpeaker
from tests.client import StrictClient
from tests.factories import make_assignment, make_quote
from tests.place import Place
from tests.queues import set_queue
from tests.walk import Answer, Walker
from tests.world import World, lasting_world

pytestmark = pytest.mark.django_db

CANARY = "Zanzibari"
HOLDERS = ["annotator", "reviewer", "manager"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Both desks; the first hands its stories out. Each test takes back what it does."""
    with django_db_blocker.unblock(), lasting_world() as made:
        set_queue(made.cast, overlap=4, days=30)
        yield made


@pytest.fixture(params=HOLDERS)
def holder(request: pytest.FixtureRequest, world: World) -> tuple[Place, Walker]:
    """Somebody with an assignment, whatever else they are, and how they look around."""
    place = world.own[request.param]
    return place, walker_of(place.owner)


def walker_of(user: User) -> Walker:
    """Sign somebody in by browser and by token."""
    client = StrictClient()
    client.force_login(user)
    walker = Walker(client, tokens.create_token(user=user, name="walk")[1])
    # The page of one's tokens shows when each was first used.
    walker.get(reverse("api-projects"))
    return walker


def work(world: World, place: Place) -> Quote:
    """Let the other annotator do everything that one can do with a story."""
    other = world.cast.other_annotator
    theirs = make_assignment(place.version, other)
    text = "they moved"
    make_quote(theirs, other, "nobody had measured it", source="He", speaker=place.speaker.key)
    made = make_quote(
        theirs,
        other,
        "“The bridge is safe,”",
        source="Mayor Ada Holt",
        speaker=NewSpeaker(f"{CANARY} mayor", description=text),
        claims=[
            {"claim": NewClaim(f"{CANARY} bridges stand."), "stance": "asserts"},
            {"claim": place.claim.key, "stance": "denies"},
        ],
        labels={"act": "demand"},
        note=f"{CANARY} note",
    )
    unnamed = make_quote(theirs, other, "moves a little", speaker=NewSpeaker(f"{CANARY} officials", named=False))
    quotes.delete_quote(actor=other, quote=unnamed, revision=unnamed.revision)
    theirs.refresh_from_db()
    undo.undo(actor=other, assignment=theirs, revision=theirs.revision)
    theirs.refresh_from_db()
    text_end = block_records(place.version)[0]["end"]
    look_at(actor=other, assignment=theirs, revision=theirs.revision, span={"start": 0, "end": text_end})
    submit_assignment(actor=other, assignment=theirs, revision=theirs.revision, read_up_to=text_end)
    review(world, place, theirs, made)
    return made


def review(world: World, place: Place, theirs: Assignment, made: Quote) -> None:
    """Let somebody who does not hold the story do everything that one can do with a story that was handed in."""
    other = world.cast.other_annotator
    reviewer = next(one for one in (world.cast.reviewer, world.cast.manager) if one != place.owner)

    def act(service: Callable[..., Any], **asked: Any) -> Any:
        return service(**{"actor": reviewer, "assignment": theirs, "revision": theirs.revision, **asked})

    # Whoever reviews here can be named, also who must not read it yet.
    asked = f"{CANARY}, @{place.owner.username}?" if place.owner.username in readers_of(theirs) else CANARY
    thread = write_comment(actor=reviewer, assignment=theirs, text=asked, quote=made)
    write_comment(actor=other, assignment=theirs, text=f"{asked} Yes.", thread=thread)
    copy = act(start_correction)
    corrected = copy.quotes.get(note=made.note)
    quotes.change_quote(actor=reviewer, quote=corrected, revision=1, parts={"note": f"{CANARY}, again"})
    make_quote(copy, reviewer, "denied this", speaker=NewSpeaker(f"{CANARY} councillor"))
    act(return_assignment, note=f"{CANARY} is missing.")
    copy.refresh_from_db()
    act(adopt_correction, actor=other, copy=copy, key=corrected.key)
    theirs.refresh_from_db()
    act(submit_assignment, actor=other)
    made.refresh_from_db()
    judge_quote(actor=reviewer, quote=made, revision=theirs.revision, quote_revision=made.revision)
    resolve_thread(actor=reviewer, comment=thread)
    act(start_correction)
    act(approve_assignment)
    act(withdraw_approval)
    act(approve_assignment)


def look(walker: Walker, place: Place) -> dict[str, Answer]:
    """Read everything, plainly and by all filters that could find the other's work."""
    seen = {path: Answer.of(response) for path, response in walker.walk(place)}
    return seen | {path: Answer.of(walker.get(path)) for path in searches(place)}


def searches(place: Place) -> Iterator[str]:
    """Yield addresses that ask for what the other one made."""
    slug, article, assignment = place.project.slug, place.version.article.key, place.assignment.pk
    words = [CANARY, "zanzibari-mayor", "nobody had measured it"]
    for word in map(escaped, words):
        for name, order in (("article-list", "added"), ("speaker-list", "last"), ("claim-list", "last")):
            yield f"{reverse(name, args=[slug])}?q={word}&order={order}"
        yield f"{reverse('speaker-options', args=[assignment])}?name={word}"
        yield f"{reverse('claim-options', args=[assignment])}?claim={word}"
        yield f"{reverse('speaker-merge', args=[slug, place.speaker.key])}?q={word}"
        yield f"{reverse('claim-merge', args=[slug, place.claim.key])}?q={word}"
        for name, order in (("api-speakers", "-id"), ("api-claims", "-id"), ("api-articles", "-created")):
            yield f"{reverse(name, args=[slug])}?search={word}&ordering={order}"
        yield f"{reverse('api-quotes', args=[slug])}?speaker={word}"
        yield f"{reverse('api-quotes', args=[slug])}?claim={word}"
        yield f"{reverse('api-speaker', args=[slug, word])}"
        yield f"{reverse('speaker-detail', args=[slug, word])}"
    for asked in ("status=submitted", f"speaker={place.speaker.key}", "speaker=zanzibari-mayor", "type=direct"):
        for name in ("export", "export-download", "export-manifest", "api-export", "api-export-manifest"):
            yield f"{reverse(name, args=[slug])}?annotations=all&format=jsonl&{asked}"
    for name in ("api-quotes", "api-assignments"):
        yield f"{reverse(name, args=[slug])}?article={article}"
        yield f"{reverse(name, args=[slug])}?status=submitted&article={article}"
    yield f"{reverse('api-quotes', args=[slug])}?article={article}&limit=1"
    yield f"{reverse('api-quotes', args=[slug])}?article={article}&speaker={place.speaker.key}"
    yield f"{reverse('api-quotes', args=[slug])}?article={article}&claim={place.claim.key}"
    yield f"{reverse('api-assignments', args=[slug])}?own=false&article={article}"
    yield f"{reverse('article-list', args=[slug])}?work=none&gold=no"
    yield f"{reverse('review-list', args=[slug])}?status=all&order=latest"
    yield f"{reverse('review-list', args=[slug])}?status=approved&q={CANARY}"
    yield f"{reverse('api-reviews', args=[slug])}?article={article}"
    yield f"{reverse('api-reviews', args=[slug])}?status=approved&limit=1"
    yield f"{reverse('api-inbox')}?read=false"
    yield f"{reverse('api-assignments', args=[slug])}?status=draft"


def test_every_answer_is_the_same_after_the_other_one_has_worked(world: World, holder: tuple[Place, Walker]) -> None:
    place, walker = holder
    before = look(walker, place)
    work(world, place)
    after = look(walker, place)
    changed = [path for path, answer in after.items() if answer != before[path]]
    assert not changed, "\n".join(changed)
    # A search shows the words that it was asked for.
    walked = {path: answer.body.decode(errors="replace").lower() for path, answer in after.items() if "?" not in path}
    assert not [path for path, body in walked.items() if CANARY.lower() in body]


def test_what_the_other_one_made_does_not_exist(world: World, holder: tuple[Place, Walker]) -> None:
    """It answers as what nobody ever made, whatever is done to it."""
    place, walker = holder
    made = work(world, place)
    speaker, claim = made.speaker, made.claim_links.order_by("pk")[0].claim
    assert speaker is not None
    theirs = replace(place, assignment=made.assignment, quote=made, speaker=speaker, claim=claim)
    nowhere = Assignment.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1000
    addresses = [
        ("assignment", [theirs.assignment.pk], [nowhere]),
        ("assignment-read", [theirs.assignment.pk], [nowhere]),
        *(
            (name, [place.project.slug, key], [place.project.slug, "nothing"])
            for name, key in (
                ("quote-history", made.key),
                ("speaker-detail", speaker.key),
                ("claim-detail", claim.key),
                ("api-quote", made.key),
                ("api-speaker", speaker.key),
                ("api-claim", claim.key),
            )
        ),
        *(
            (name, [place.project.slug, theirs.assignment.pk], [place.project.slug, nowhere])
            for name in ("api-assignment", "api-review", "api-comments")
        ),
        ("assignment-review", [theirs.assignment.pk], [nowhere]),
        (
            "api-comment",
            [place.project.slug, theirs.assignment.comments.all()[0].key],
            [place.project.slug, "nothing"],
        ),
    ]
    for name, real, invented in addresses:
        answers = [Answer.of(walker.get(reverse(name, args=key))) for key in (real, invented)]
        assert answers[0].status == answers[1].status == 404, name
        assert answers[0] == answers[1], name


def test_a_quote_cannot_name_what_is_hidden(world: World, holder: tuple[Place, Walker]) -> None:
    place, walker = holder
    made = work(world, place)
    assert made.speaker is not None
    claim = made.claim_links.order_by("pk")[0].claim
    own = reverse("quote-speaker", args=[place.assignment.pk, place.quote.key])
    stance = reverse("quote-stance", args=[place.assignment.pk, place.quote.key])
    pairs = [
        (own, {"speaker": made.speaker.key}, {"speaker": "nothing"}),
        (own, {"name": made.speaker.label}, {"name": "Nothing at all"}),
        (stance, {"claim": claim.key, "stance": "asserts"}, {"claim": "nothing", "stance": "asserts"}),
        (
            reverse("quote-parent", args=[place.assignment.pk, place.quote.key]),
            {"parent": made.key},
            {"parent": "nothing"},
        ),
    ]
    for path, real, invented in pairs:
        answers = [walker.client.post(path, {"revision": place.quote.revision, **asked}) for asked in (real, invented)]
        assert answers[0].status_code == answers[1].status_code == 422, path
        bodies = [as_if_invented(answer.content.decode(), real, invented) for answer in answers]
        assert bodies[0] == bodies[1], path


def as_if_invented(body: str, real: dict[str, str], invented: dict[str, str]) -> str:
    """Return a page with the words that were sent put away."""
    for sent in (real, invented):
        for name, value in sent.items():
            if name != "stance":
                body = body.replace(value, "SENT")
    return Answer.of(HttpResponse(body)).body.decode()


def test_no_order_tells_what_somebody_else_had_made_before(world: World) -> None:
    """Of three names that the holder makes, the other one had made the second already: it is among them as it was."""
    place = world.own["annotator"]
    other, walker = world.cast.other_annotator, walker_of(place.owner)
    names = ["Cara First", "Bea Second", "Abe Third"]
    make_quote(
        make_assignment(place.version, other),
        other,
        "moves a little",
        speaker=NewSpeaker(names[1].upper()),
        claims=[{"claim": NewClaim(f"{names[1]} spoke."), "stance": "asserts"}],
    )
    for name, words in zip(names, ("Mayor", "winter", "measured"), strict=True):
        claim = {"claim": NewClaim(f"{name} spoke."), "stance": "asserts"}
        make_quote(place.assignment, place.owner, words, speaker=NewSpeaker(name), claims=[claim])
    found = {one["id"].rpartition("-")[0].upper(): one["id"] for one in listed(walker, place, "api-speakers")}
    assert {name.upper().replace(" ", "-") for name in names} <= found.keys()
    for address in ("api-speakers", "api-claims"):
        ids = [one["id"] for one in listed(walker, place, address)]
        assert ids == sorted(ids), address
    for address in ("speaker-list", "claim-list"):
        path = reverse(address, args=[place.project.slug])
        shown = [str(row).upper() for row in walker.get(path).context["page"].object_list]
        assert shown == sorted(shown), address
        assert walker.get(f"{path}?order=added").status_code == 400


def listed(walker: Walker, place: Place, address: str) -> list[dict[str, str]]:
    """Return the rows of a list of the API."""
    rows: list[dict[str, str]] = walker.get(reverse(address, args=[place.project.slug])).json()["results"]
    return rows
