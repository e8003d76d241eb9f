"""The objects of one desk that one person's requests are about, and the addresses that lead to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from annotations.models import (
    Adjudication,
    ApiToken,
    ArticleVersion,
    Assignment,
    Claim,
    Comment,
    Decision,
    GuidelinesExample,
    Invitation,
    LabelSet,
    Membership,
    Project,
    Quote,
    Release,
    Speaker,
    StagedImport,
    Task,
    User,
)
from tests.factories import earlier_quote
from tests.routes import CARRYING, Route


@dataclass(frozen=True, kw_only=True)
class Place:
    """The objects of one desk that one person's requests are about."""

    owner: User
    project: Project
    version: ArticleVersion
    free: ArticleVersion
    assignment: Assignment
    submitted: Assignment
    newer: Assignment
    quote: Quote
    # What a program suggests for the story of the assignment.
    suggested: Quote
    speaker: Speaker
    second_speaker: Speaker
    merged_speaker: Speaker
    claim: Claim
    second_claim: Claim
    merged_claim: Claim
    member: Membership
    former: Membership
    invitation: Invitation
    invitation_token: str
    sign_in_token: str
    staged: StagedImport
    token: ApiToken
    # Handed in, with a quote and a comment; returned, with a correction; approved.
    reviewed: Assignment
    comment: Comment
    returned: Assignment
    corrected: Quote
    approved: Assignment
    waiting: ArticleVersion
    adjudication: Adjudication
    gold: Assignment
    tasks: dict[str, Task]
    release: Release

    @property
    def decision(self) -> Decision:
        """What the owner decided in their adjudication."""
        return self.adjudication.decisions.get()

    example: GuidelinesExample

    @property
    def label_set(self) -> LabelSet:
        """A question of the desk, after another one."""
        return LabelSet.objects.get(project=self.project, key="engagement")

    def arguments(self, route: Route) -> dict[str, Any]:
        """Return the values of the parameters of an address."""
        special = SPECIAL.get(route.name, {})
        return {name: special.get(name, NOUNS[noun, name])(self) for noun, name in route.parameters}


# What stands for each parameter, by the noun before it in the address.
NOUNS: dict[tuple[str, str], Any] = {
    ("projects", "slug"): lambda place: place.project.slug,
    ("articles", "key"): lambda place: place.version.article.key,
    ("assignments", "pk"): lambda place: place.assignment.pk,
    ("adjudications", "pk"): lambda place: place.adjudication.pk,
    ("quotes", "key"): lambda place: place.quote.key,
    ("speakers", "key"): lambda place: place.speaker.key,
    ("claims", "key"): lambda place: place.claim.key,
    ("members", "pk"): lambda place: place.member.pk,
    ("invitations", "pk"): lambda place: place.invitation.pk,
    ("invitations", "token"): lambda place: place.invitation_token,
    ("sign-in", "token"): lambda place: place.sign_in_token,
    ("import", "key"): lambda place: place.staged.key,
    ("imports", "key"): lambda place: place.staged.key,
    ("about", "concern"): lambda place: "cue",
    ("examples", "pk"): lambda place: place.example.pk,
    ("label-sets", "key"): lambda place: place.label_set.key,
    ("tokens", "pk"): lambda place: place.token.pk,
    ("carry-over", "key"): lambda place: earlier_quote(place.newer).key,
    ("suggestions", "key"): lambda place: place.suggested.key,
    ("corrections", "key"): lambda place: place.corrected.key,
    ("comments", "key"): lambda place: place.comment.key,
    ("releases", "number"): lambda place: place.release.number,
    ("releases", "name"): lambda place: "README.md",
    ("tasks", "key"): lambda place: place.tasks["task"].key,
    ("files", "name"): lambda place: "labels.txt",
    ("v1", "rest"): lambda place: "nothing/here",
    ("key", "uidb36"): lambda place: "1",
    ("key", "key"): lambda place: "set-password",
}
# Addresses that need an object in another state.
SPECIAL: dict[str, dict[str, Any]] = {
    "member-reactivate": {"pk": lambda place: place.former.pk},
    "assignment-reopen": {"pk": lambda place: place.submitted.pk},
    "api-reopen": {"pk": lambda place: place.submitted.pk},
    **{
        name: {"pk": lambda place: place.reviewed.pk, "key": lambda place: place.reviewed.quotes.get().key}
        for name in (
            *("assignment-review", "review-correct", "review-return", "review-approve", "review-quote"),
            *("api-review", "api-review-correct", "api-review-return", "api-review-approve", "api-review-quote"),
        )
    },
    **{name: {"pk": lambda place: place.approved.pk} for name in ("review-withdraw", "api-review-withdraw")},
    "review-adopt": {"pk": lambda place: place.returned.pk, "key": lambda place: place.corrected.key},
    **{name: {"pk": lambda place: place.newer.pk} for name in CARRYING},
    "adjudicate": {"key": lambda place: place.waiting.article.key},
    "ancestry": {"pk": lambda place: place.gold.pk},
    "api-review-adopt": {"pk": lambda place: place.returned.pk},
    **{name: {"pk": lambda place: place.reviewed.pk} for name in ("comment-create", "api-comments")},
    **{name: {"key": lambda place: place.tasks["failed_task"].key} for name in ("task-retry", "api-task-retry")},
    **{name: {"key": lambda place: place.tasks["done_task"].key} for name in ("task-file", "api-task-file")},
    "api-release-file": {"name": lambda place: "README.md"},
    "speaker-unmerge": {"key": lambda place: place.merged_speaker.key},
    "claim-unmerge": {"key": lambda place: place.merged_claim.key},
    "api-speaker-unmerge": {"key": lambda place: place.merged_speaker.key},
    "api-claim-unmerge": {"key": lambda place: place.merged_claim.key},
}
