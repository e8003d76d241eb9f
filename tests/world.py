"""Two desks on which everything exists once, and everybody who may knock at their doors.

Each person has an own story, assignment and quote: also those who may no longer work on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from django.db import connection, transaction
from django.utils import timezone

from annotations.models import (
    MOST_READERS,
    Adjudication,
    ApiToken,
    ArticleVersion,
    Assignment,
    Claim,
    GuidelinesExample,
    Membership,
    Project,
    Quote,
    Release,
    Role,
    Speaker,
    StagedImport,
    User,
)
from annotations.services import claims, quotes, reviews, speakers, staging, tokens, undo
from annotations.services.accounts import create_sign_in_link, deactivate_user
from annotations.services.adjudication_sources import compared
from annotations.services.adjudications import finish_adjudication, start_adjudication
from annotations.services.assignments import submit_assignment
from annotations.services.claims import NewClaim
from annotations.services.comments import write_comment
from annotations.services.decisions import Choice, decide
from annotations.services.guidelines import change_guidelines, guidelines_seen
from annotations.services.imports import Options, Source
from annotations.services.invitations import invite
from annotations.services.speakers import NewSpeaker
from annotations.services.suggestions import Suggestion, push_suggestions
from tests.cast import Cast, make_cast, make_project, make_user
from tests.client import StrictClient
from tests.factories import STORY, at, count_rows, make_assignment, make_newer, make_quote, make_version
from tests.place import Place
from tests.queues import set_queue
from tests.releasing import small_release
from tests.tasks.making import make_tasks

ROLES = ("viewer", "annotator", "reviewer", "manager")
STRANGERS = ("anonymous", "outsider", "removed", "disabled")
HEADLINE = "Mayor Opens Bridge"
GUIDELINES = """# The cue {#cue concerns="cue"}

The verb that signals saying.

# The source {#source concerns="source"}

Who says it.
"""


@dataclass
class World:
    """Everybody, and what is theirs."""

    cast: Cast
    own: dict[str, Place]
    others: Place
    elsewhere: Place
    clients: dict[str, StrictClient]
    tokens: dict[str, str] = field(repr=False)

    def place(self, actor: str, whose: str) -> Place:
        """Return what a request of ``actor`` is about: own, another's of the same desk, or another desk's."""
        if whose == "own":
            return self.own.get(actor, self.own["annotator"])
        return {"others": self.others, "elsewhere": self.elsewhere}[whose]


@contextmanager
def lasting_world() -> Iterator[World]:
    """Give a world to many tests; each of them takes back what it does to it."""
    with transaction.atomic():
        world = make_world()
        # What PostgreSQL puts off to the end of a transaction it would look at anew after each test.
        connection.check_constraints()
        yield world
        transaction.set_rollback(True)


def make_world() -> World:
    """Make both desks."""
    cast = make_cast()
    people = {name: getattr(cast, name) for name in (*ROLES, "outsider")}
    people |= {name: make_user(name) for name in ("removed", "disabled", "spare", "former")}
    for name in ("removed", "disabled", "spare"):
        Membership.objects.create(project=cast.project, user=people[name], role=Role.ANNOTATOR)
    Membership.objects.create(project=cast.project, user=people["former"], role=Role.ANNOTATOR, is_active=False)
    # A desk of which nobody here is a member yet, so that anybody can accept an invitation to it.
    third = make_project("third", "A third desk")
    for project in (cast.project, cast.other_project):
        change_guidelines(actor=None, project=project, seen=guidelines_seen(project), guidelines=GUIDELINES)
    Membership.objects.create(project=third, user=make_user("third-manager"), role=Role.MANAGER)
    reviewers = (cast.reviewer, cast.manager)
    desk = _Desk(cast.project, cast.manager, people["spare"], people["former"], third, reviewers)
    # Who has lost a role had it once, and has work to show for it.
    Membership.objects.filter(project=cast.project, user=cast.viewer).update(role=Role.ANNOTATOR)
    own = {name: desk.place(people[name]) for name in (*ROLES, "removed", "disabled")}
    others = desk.place(cast.other_annotator)
    elsewhere = _elsewhere(cast, third)
    secrets = {name: _token(person, "write") for name, person in people.items()}
    secrets |= {"reader": _token(cast.manager, "read"), "expired": _token(cast.manager, "write")}
    ApiToken.objects.filter(digest=tokens.hash_of(secrets["expired"])).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    clients = {name: _signed_in(person) for name, person in people.items()} | {"anonymous": StrictClient()}
    set_queue(cast, overlap=MOST_READERS)
    Membership.objects.filter(project=cast.project, user=cast.viewer).update(role=Role.VIEWER)
    Membership.objects.filter(project=cast.project, user=people["removed"]).update(is_active=False)
    deactivate_user(actor=None, user=people["disabled"])
    count_rows()
    return World(cast=cast, own=own, others=others, elsewhere=elsewhere, clients=clients, tokens=secrets)


def _elsewhere(cast: Cast, third: Project) -> Place:
    spare, former = make_user("spare-elsewhere"), make_user("former-elsewhere")
    Membership.objects.create(project=cast.other_project, user=spare, role=Role.ANNOTATOR)
    Membership.objects.create(project=cast.other_project, user=former, role=Role.ANNOTATOR, is_active=False)
    reviewer = make_user("reviewer-elsewhere")
    Membership.objects.create(project=cast.other_project, user=reviewer, role=Role.REVIEWER)
    reviewers = (cast.outsider, reviewer)
    return _Desk(cast.other_project, cast.outsider, spare, former, third, reviewers).place(cast.outsider)


def _token(person: User, scope: str) -> str:
    return tokens.create_token(user=person, name=f"Token of {person.username}", scope=scope)[1]


def _signed_in(person: User) -> StrictClient:
    client = StrictClient()
    client.force_login(person)
    return client


@dataclass(frozen=True)
class _Desk:
    """Makes places on one desk."""

    project: Project
    manager: User
    spare: User
    former: User
    third: Project
    # Two who review: one of them is not the owner.
    reviewers: tuple[User, User]

    def place(self, owner: User) -> Place:
        name = owner.username
        version = self._version(f"{HEADLINE} for {name}")
        assignment = make_assignment(version, owner)
        quote = make_quote(
            assignment,
            owner,
            "“The bridge is safe,”",
            source="Mayor Ada Holt",
            cue="said",
            speaker=NewSpeaker(f"Ada Holt of {name}"),
            claims=[{"claim": NewClaim(f"The bridge of {name} is safe."), "stance": "asserts"}],
        )
        self._undone(assignment, owner)
        suggested = push_suggestions(
            actor=self.manager,
            version=version,
            model="tagger",
            model_version="1",
            suggestions=[Suggestion({"content": [at(version.text, "moves a little")]}, 0.9)],
        )
        others = {kind: self._registry(kind, name, version) for kind in ("second", "merged")}
        merged_speaker, merged_claim = others["merged"]
        speaker, claim = quote.speaker, quote.claim_links.get().claim
        assert speaker is not None
        speakers.merge_speakers(actor=self.manager, speaker=merged_speaker, into=speaker, revision=1)
        claims.merge_claims(actor=self.manager, claim=merged_claim, into=claim, revision=1)
        invited = invite(actor=self.manager, project=self.project, role=Role.ANNOTATOR, note=f"By {name}")
        to_third = invite(actor=self.third.memberships.get().user, project=self.third, role=Role.ANNOTATOR)
        returned, corrected = self._returned(owner)
        return Place(
            owner=owner,
            project=self.project,
            version=version,
            free=self._version(f"Free for {name}"),
            assignment=assignment,
            submitted=self._submitted(owner),
            newer=self._newer(owner),
            quote=quote,
            suggested=suggested.quotes.get(),
            speaker=speaker,
            claim=claim,
            second_speaker=others["second"][0],
            second_claim=others["second"][1],
            merged_speaker=Speaker.objects.get(pk=merged_speaker.pk),
            merged_claim=Claim.objects.get(pk=merged_claim.pk),
            member=Membership.objects.get(project=self.project, user=self.spare),
            former=Membership.objects.get(project=self.project, user=self.former),
            invitation=invited.invitation,
            invitation_token=to_third.path.strip("/").split("/")[-1],
            sign_in_token=create_sign_in_link(user=owner).strip("/").split("/")[-1],
            staged=self._staged(owner),
            token=tokens.create_token(user=owner, name=f"First token of {name}")[0],
            reviewed=(reviewed := self._handed_in("Reviewed", owner)),
            comment=write_comment(actor=owner, assignment=reviewed, text="Is that all of it?"),
            returned=returned,
            corrected=corrected,
            approved=self._approved(owner),
            waiting=self._waiting,
            adjudication=self._adjudicated(f"Adjudicated by {name}", owner),
            gold=self._gold,
            tasks=make_tasks(self.project, owner),
            release=self._release,
            example=GuidelinesExample.objects.create(
                project=self.project, clause="source", quote=quote, note="All of it."
            ),
        )

    def _newer(self, owner: User) -> Assignment:
        """A corrected story that the owner has begun to read, with a quote of the version before."""
        assignment = make_newer(self._version(f"Corrected for {owner.username}"), owner, self.manager)
        make_quote(assignment, owner, "moves a little")
        return assignment

    def _adjudicated(self, headline: str, owner: User) -> Adjudication:
        """Give the owner a story that they adjudicate, with one decision."""
        adjudication = start_adjudication(actor=owner, version=self._read_by_two(headline))
        (item,) = compared(adjudication).items
        decide(actor=owner, adjudication=adjudication, key=item.key, revision=0, choice=Choice.take(0), reason="So.")
        return adjudication

    @cached_property
    def _release(self) -> Release:
        """A release: everybody's."""
        return small_release(self.project, self.manager, self._gold.version)

    @cached_property
    def _waiting(self) -> ArticleVersion:
        """A story that waits for adjudication: everybody's."""
        return self._read_by_two("Waiting")

    @cached_property
    def _gold(self) -> Assignment:
        """A story with gold: everybody's."""
        adjudication = self._adjudicated("Gold", self.manager)
        finish_adjudication(actor=self.manager, adjudication=adjudication, revision=adjudication.result.revision)
        return adjudication.result

    def _read_by_two(self, headline: str) -> ArticleVersion:
        """Two people submit a story; the first found a quote in it."""
        version = self._version(headline)
        for user in (self.spare, self.former):
            assignment = make_assignment(version, user)
            if user == self.spare:
                make_quote(assignment, user, "nobody had measured it")
            submit_assignment(actor=user, assignment=assignment, revision=assignment.revision)
        return version

    def _version(self, headline: str) -> ArticleVersion:
        return make_version(
            self.project, self.manager, STORY.replace(HEADLINE, headline), byline=f"By {headline}", outlet="The Times"
        )

    def _undone(self, assignment: Assignment, owner: User) -> None:
        """Leave something to redo."""
        make_quote(assignment, owner, "moves a little")
        undo.undo(actor=owner, assignment=assignment, revision=assignment.revision)

    def _submitted(self, owner: User) -> Assignment:
        assignment = make_assignment(self._version(f"Submitted by {owner.username}"), owner)
        return submit_assignment(actor=owner, assignment=assignment, revision=assignment.revision)

    def _handed_in(self, headline: str, owner: User) -> Assignment:
        assignment = make_assignment(self._version(f"{headline} for {owner.username}"), owner)
        make_quote(assignment, owner, "nobody had measured it", source="He", resolution="anaphoric")
        return submit_assignment(actor=owner, assignment=assignment, revision=assignment.revision)

    def _reviewer_of(self, owner: User) -> User:
        return next(one for one in self.reviewers if one != owner)

    def _returned(self, owner: User) -> tuple[Assignment, Quote]:
        reviewer, assignment = self._reviewer_of(owner), self._handed_in("Returned", owner)
        copy = reviews.start_correction(actor=reviewer, assignment=assignment, revision=assignment.revision)
        corrected = copy.quotes.get()
        quotes.change_quote(actor=reviewer, quote=corrected, revision=1, parts={"note": "A shorter one."})
        reviews.return_assignment(actor=reviewer, assignment=assignment, revision=assignment.revision, note="Look.")
        return assignment, corrected

    def _approved(self, owner: User) -> Assignment:
        assignment = self._handed_in("Approved", owner)
        actor = self._reviewer_of(owner)
        return reviews.approve_assignment(actor=actor, assignment=assignment, revision=assignment.revision)

    def _registry(self, kind: str, name: str, version: ArticleVersion) -> tuple[Speaker, Claim]:
        speaker = Speaker.objects.create(
            project=self.project, key=f"{kind}-{name}", label=f"{kind} of {name}", label_folded=f"{kind} of {name}"
        )
        text = f"{kind} claim of {name}."
        claim = Claim.objects.create(project=self.project, key=f"{kind}-{name}", text=text, text_folded=text.casefold())
        return speaker, claim

    def _staged(self, owner: User) -> StagedImport:
        source = Source(f"{owner.username}.txt", b"A staged story.\n\nIt waits.")
        return staging.stage(actor=owner, project=self.project, sources=[source], options=Options())
