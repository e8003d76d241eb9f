"""Who may see and do what. Loading and authorising are one call: it returns the object or raises.

What is not of a project of which the user is an active member does not exist for them (404). What they may see but
not do is refused (403). Blindness (rule 6 of the design): before there is gold, nobody who holds an assignment of an
article sees another's work on it, whatever their role.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, TextChoices
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import (
    Adjudication,
    Article,
    ArticleVersion,
    Assignment,
    Change,
    Claim,
    ClaimLink,
    Comment,
    GuidelinesExample,
    GuidelinesVersion,
    LabelSet,
    Membership,
    Notice,
    Project,
    Quote,
    Role,
    Speaker,
    User,
)
from annotations.models.assignments import AssignmentQuerySet
from annotations.models.registry import RegistryQuerySet

Row = TypeVar("Row", bound=Model)


class Act(TextChoices):
    """What a member can be allowed to do in a project. Reading is allowed to every member."""

    ANNOTATE = "annotate", gettext_lazy("annotate")
    EDIT_REGISTRY = "edit speakers and claims", gettext_lazy("edit speakers and claims")
    COMPARE = "compare annotators", gettext_lazy("compare annotators")
    MERGE = "merge speakers and claims", gettext_lazy("merge speakers and claims")
    REVIEW = "review and adjudicate", gettext_lazy("review and adjudicate")
    IMPORT = "import articles", gettext_lazy("import articles")
    EDIT_ARTICLES = "correct what is known of articles", gettext_lazy("correct what is known of articles")
    PIN = "pin examples to the guidelines", gettext_lazy("pin examples to the guidelines")
    MANAGE = "manage members and guidelines", gettext_lazy("manage members and guidelines")
    REMOVE = "remove text for good", gettext_lazy("remove text for good")


SEES_OTHERS = frozenset({Role.REVIEWER, Role.MANAGER})
ALLOWED: dict[Act, frozenset[Role]] = {
    Act.ANNOTATE: frozenset({Role.ANNOTATOR, Role.REVIEWER, Role.MANAGER}),
    Act.EDIT_REGISTRY: frozenset({Role.REVIEWER, Role.MANAGER}),
    Act.COMPARE: SEES_OTHERS,
    Act.MERGE: frozenset({Role.REVIEWER, Role.MANAGER}),
    Act.REVIEW: frozenset({Role.REVIEWER, Role.MANAGER}),
    Act.IMPORT: frozenset({Role.MANAGER}),
    Act.EDIT_ARTICLES: frozenset({Role.MANAGER}),
    Act.PIN: frozenset({Role.REVIEWER, Role.MANAGER}),
    Act.MANAGE: frozenset({Role.MANAGER}),
    Act.REMOVE: frozenset({Role.MANAGER}),
}


def found(rows: QuerySet[Row], told: str, **wanted: Any) -> Row:
    """Return the one row that is wanted. Raises ``Http404`` in our own words: Django's name the model."""
    row = rows.filter(**wanted).first()
    if row is None:
        raise Http404(told)
    return row


def may(membership: Membership, act: Act) -> bool:
    """Whether this member may do this."""
    return membership.role in ALLOWED[act]


def require(membership: Membership, act: Act) -> None:
    """Raise ``PermissionDenied`` unless this member may do this."""
    if not may(membership, act):
        told = {"role": membership.get_role_display(), "act": act.label}
        raise PermissionDenied(_("As %(role)s of this project you may not %(act)s.") % told)


def get_membership(user: User, slug: str, act: Act | None = None) -> Membership:
    """Return the user's active membership of a project, with the project. Raises ``Http404``, ``PermissionDenied``."""
    membership = (
        Membership.objects.select_related("project", "user")
        .filter(project__slug=slug, user_id=user.pk, user__is_active=True, is_active=True)
        .first()
    )
    if membership is None:
        raise Http404(_("There is no such project."))
    if act is not None:
        require(membership, act)
    return membership


def annotating_members(project: Project) -> list[Membership]:
    """Return the active members who may annotate."""
    roles = ALLOWED[Act.ANNOTATE]
    rows = project.memberships.filter(is_active=True, user__is_active=True, role__in=roles)
    return sorted(rows.select_related("user"), key=lambda row: (str(row.user).casefold(), row.pk))


def projects_of(user: User) -> QuerySet[Project]:
    """Return the projects that exist for this user."""
    return Project.objects.for_user(user)


def get_article(membership: Membership, key: str) -> Article:
    """Return an article of the member's project. Raises ``Http404``."""
    articles = Article.objects.select_related("project").filter(project=membership.project)
    return found(articles, _("There is no such article."), key=key)


def get_version(article: Article, number: int | None = None) -> ArticleVersion:
    """Return one version of an article, the newest unless numbered. Raises ``Http404``."""
    versions = article.versions.select_related("article", "project").order_by("-number")
    version = versions.filter(number=number).first() if number else versions.first()
    if version is None:
        raise Http404(_("There is no such version of this article."))
    return version


def blind_articles(membership: Membership) -> QuerySet[Assignment, int]:
    """The numbers of the articles of which the member holds an assignment on a version that has no gold yet."""
    held = Assignment.objects.blinding(membership.project_id, membership.user_id)
    return held.values_list("version__article", flat=True)


def visible_assignments(membership: Membership) -> AssignmentQuerySet:
    """Assignments whose quotes the member may see: gold, their own, and for some roles others' too, if not blind."""
    in_project = Assignment.objects.filter(project=membership.project)
    seen = Q(status=Assignment.Status.GOLD) | Q(annotator__user_id=membership.user_id)
    if membership.role in SEES_OTHERS:
        seen |= ~Q(version__article__in=blind_articles(membership))
    return in_project.filter(seen)


def get_assignment(membership: Membership, pk: int) -> Assignment:
    """Return an assignment that the member may see. Raises ``Http404``."""
    whole = ("version__article", "annotator__user", "project")
    held = Assignment.objects.filter(project=membership.project, annotator__user_id=membership.user_id)
    # Their own is asked for at every gesture, and needs no look at anybody else's.
    own = held.select_related(*whole).filter(pk=pk).first()
    return own or found(
        visible_assignments(membership).select_related(*whole), _("There is no such assignment."), pk=pk
    )


def get_readable_assignment(user: User, pk: int) -> tuple[Membership, Assignment]:
    """Return an assignment, by its number alone, that the user may see. Raises ``Http404``."""
    membership = _membership_where(user, pk)
    return membership, get_assignment(membership, pk)


def _membership_where(user: User, pk: int) -> Membership:
    """Return the user's membership of the project of an assignment. Raises ``Http404``."""
    slug = Assignment.objects.filter(pk=pk).values_list("project__slug", flat=True).first()
    return get_membership(user, slug or "")


def get_own_assignment(user: User, pk: int) -> tuple[Membership, Assignment]:
    """Return an assignment that the user annotates, or a draft that they edit, to work on it.

    Raises ``Http404``, ``PermissionDenied``.
    """
    rows = Assignment.objects.select_related("version__article", "annotator__user", "project")
    own = rows.filter(Q(annotator__user_id=user.pk) | Q(status=Assignment.Status.DRAFT, editor_id=user.pk))
    assignment = found(own, _("There is no such assignment."), pk=pk)
    if assignment.is_draft:
        membership = get_membership(user, assignment.project.slug, Act.REVIEW)
        # Who has become blind to the story since does not go on with what others made of it.
        return membership, get_assignment(membership, pk)
    return get_membership(user, assignment.project.slug, Act.ANNOTATE), assignment


def get_adjudicated(user: User, slug: str, key: str, number: int | None) -> tuple[Membership, ArticleVersion]:
    """Return a version of a story to adjudicate it, the newest unless numbered.

    Raises ``Http404``, ``PermissionDenied``, also to who annotates the story: nothing is told of others' work.
    """
    membership = get_membership(user, slug, Act.REVIEW)
    article = get_article(membership, key)
    if blind_articles(membership).filter(version__article=article).exists():
        raise PermissionDenied(
            _("You annotate this story yourself, so you see nobody else’s work on it before there is gold.")
        )
    return membership, get_version(article, number)


def visible_adjudications(membership: Membership) -> QuerySet[Adjudication]:
    """Adjudications that the member may see: those of what they may see, if they may review."""
    rows = Adjudication.objects.filter(project=membership.project)
    return rows.filter(result__in=visible_assignments(membership)) if may(membership, Act.REVIEW) else rows.none()


def get_adjudication(user: User, pk: int) -> tuple[Membership, Adjudication]:
    """Return an adjudication with its version and its draft. Raises ``Http404``, ``PermissionDenied``."""
    slug = Adjudication.objects.filter(pk=pk).values_list("project__slug", flat=True).first()
    membership = get_membership(user, slug or "", Act.REVIEW)
    return membership, get_visible_adjudication(membership, pk)


def get_visible_adjudication(membership: Membership, pk: int) -> Adjudication:
    """Return an adjudication of the member's project. Raises ``Http404``."""
    whole = ("version__article", "version__project", "result__editor", "project")
    rows = visible_adjudications(membership).select_related(*whole)
    return found(rows, _("There is no such adjudication."), pk=pk)


def get_own_quote(user: User, assignment_pk: int, key: str) -> tuple[Membership, Assignment, Quote]:
    """Return a quote of an assignment that the user annotates, deleted or not. Raises ``Http404``."""
    membership, assignment = get_own_assignment(user, assignment_pk)
    quote = found(Quote.objects.filter(assignment=assignment), _("There is no such quote."), key=key)
    quote.assignment = assignment
    return membership, assignment, quote


def visible_quotes(membership: Membership, *, with_copies: bool = False) -> QuerySet[Quote]:
    """Live quotes that the member may see; those of copies, which say again what others say, only if asked for."""
    assignments = visible_assignments(membership)
    if not with_copies:
        assignments = assignments.exclude(status__in=Assignment.COPIES)
    return Quote.objects.live().filter(assignment__in=assignments)


def get_quote(membership: Membership, key: str) -> Quote:
    """Return a quote that the member may see, deleted or not. Raises ``Http404``."""
    rows = Quote.objects.filter(assignment__in=visible_assignments(membership))
    whole = ("assignment__version__article", "assignment__annotator", "speaker", "project", "guidelines")
    return found(rows.select_related(*whole), _("There is no such quote."), key=key)


def get_annotated_assignment(user: User, pk: int) -> tuple[Membership, Assignment]:
    """Return an annotator's assignment that the user may see: not gold, nor a draft of it. Raises ``Http404``."""
    membership = _membership_where(user, pk)
    return membership, annotated_assignment(membership, pk)


def annotated_assignment(membership: Membership, pk: int) -> Assignment:
    """Return an annotator's assignment that the member may see: not gold, nor a draft of it. Raises ``Http404``."""
    assignment = get_assignment(membership, pk)
    if assignment.annotator_id is None:
        raise Http404(_("There is no such assignment."))
    return assignment


def get_reviewed_assignment(user: User, pk: int) -> tuple[Membership, Assignment]:
    """Return an assignment of another person, to review it. Raises ``Http404``, ``PermissionDenied``."""
    membership = _membership_where(user, pk)
    return membership, reviewed_assignment(membership, pk)


def reviewed_assignment(membership: Membership, pk: int) -> Assignment:
    """Return an assignment of another person, to review it. Raises ``Http404``, ``PermissionDenied``."""
    assignment = annotated_assignment(membership, pk)
    require(membership, Act.REVIEW)
    _require_anothers(membership, assignment)
    return assignment


def get_reviewed_quote(user: User, pk: int, key: str) -> tuple[Membership, Quote]:
    """Return a quote of an assignment of another person, to review it. Raises ``Http404``, ``PermissionDenied``."""
    membership = _membership_where(user, pk)
    return membership, reviewed_quote(membership, pk, key)


def reviewed_quote(membership: Membership, pk: int, key: str) -> Quote:
    """Return a quote of an assignment of another person, to review it. Raises ``Http404``, ``PermissionDenied``."""
    assignment = annotated_assignment(membership, pk)
    require(membership, Act.REVIEW)
    quote = get_assignment_quote(membership, assignment, key)
    _require_anothers(membership, assignment)
    return quote


def _require_anothers(membership: Membership, assignment: Assignment) -> None:
    if assignment.is_of(membership.user_id):
        raise PermissionDenied(_("Nobody reviews their own work. Somebody else has to read this story."))


def get_assignment_quote(membership: Membership, assignment: Assignment, key: str) -> Quote:
    """Return a quote of an assignment that the member may see, deleted or not. Raises ``Http404``."""
    quote = found(Quote.objects.filter(assignment=assignment), _("There is no such quote."), key=key)
    quote.assignment = assignment
    return quote


def reviewable_assignments(membership: Membership) -> AssignmentQuerySet:
    """Others' assignments that the member may see and that were handed in, whatever came of it: the review queue."""
    handed_in = visible_assignments(membership).filter(status__in=Assignment.HANDED_IN)
    others = handed_in.filter(annotator__isnull=False, left="")
    return others.exclude(annotator__user_id=membership.user_id)


def visible_notices(user: User) -> QuerySet[Notice]:
    """What a person's inbox shows: nothing of a project or a story that they may not see, or not yet."""
    seen = Q(pk__in=())
    own = Notice.objects.filter(user=user)
    rows = Membership.objects.filter(user=user, is_active=True, project__in=own.values("project"))
    for membership in rows.select_related("project"):
        seen |= Q(assignment__in=visible_assignments(membership).values("pk"))
    return own.filter(seen)


def get_comment(membership: Membership, key: str, assignment: Assignment | None = None) -> Comment:
    """Return a comment on what the member may see, on this assignment if it is given. Raises ``Http404``."""
    rows = Comment.objects.filter(project=membership.project, assignment__in=visible_assignments(membership))
    if assignment is not None:
        rows = rows.filter(assignment=assignment)
    whole = ("assignment__version__article", "assignment__annotator__user", "project", "thread", "quote", "author")
    return found(rows.select_related(*whole), _("There is no such comment."), key=key)


def visible_changes(membership: Membership) -> QuerySet[Change]:
    """History of the project that the member may see: none of an assignment that they may not see.

    Nor of any speaker or claim that was made in a story to which they are blind, not even by themselves: whether
    it was them who made it would tell that nobody else had.
    """
    own_or_none = Q(assignment__isnull=True) | Q(assignment__in=visible_assignments(membership))
    changes = Change.objects.filter(project=membership.project).filter(own_or_none)
    hidden: dict[Change.Subject, type[Speaker] | type[Claim]] = {
        Change.Subject.SPEAKER: Speaker,
        Change.Subject.CLAIM: Claim,
    }
    for kind, model in hidden.items():
        made_here = model.objects.filter(project=membership.project, introduced_in__in=blind_articles(membership))
        changes = changes.exclude(subject_kind=kind, subject_key__in=made_here.order_by().values("key"))
    return changes


def visible_speakers(membership: Membership) -> QuerySet[Speaker]:
    """Speakers that the member may be offered: of those they may see, the ones that no removal has emptied."""
    return known_speakers(membership).standing()


def known_speakers(membership: Membership) -> RegistryQuerySet[Speaker]:
    """Speakers that the member may see.

    Not those that anybody introduced in an article the member is blind to, until they are used in gold, in another
    article or by the member. Their own are no exception: they would see who was first.
    """
    used = Quote.objects.live().filter(speaker=OuterRef("pk")).filter(_use_seen(membership, "assignment"))
    return Speaker.objects.filter(project=membership.project).filter(_introduction_seen(membership) | Exists(used))


def visible_claims(membership: Membership) -> QuerySet[Claim]:
    """Claims that the member may be offered: of those they may see, the ones that no removal has emptied."""
    return known_claims(membership).standing()


def known_claims(membership: Membership) -> RegistryQuerySet[Claim]:
    """Claims that the member may see, by the same rule as speakers."""
    used = ClaimLink.objects.filter(claim=OuterRef("pk"), quote__is_deleted=False).filter(
        _use_seen(membership, "quote__assignment")
    )
    return Claim.objects.filter(project=membership.project).filter(_introduction_seen(membership) | Exists(used))


def offered_speaker(membership: Membership, key: str) -> Speaker | None:
    """Return a speaker that the member may be offered, by its key. Every gesture asks this: the quick reason first."""
    rows = Speaker.objects.standing().filter(project=membership.project, key=key)
    return rows.filter(_introduction_seen(membership)).first() or visible_speakers(membership).filter(key=key).first()


def offered_claim(membership: Membership, key: str) -> Claim | None:
    """Return a claim that the member may be offered, by its key."""
    rows = Claim.objects.standing().filter(project=membership.project, key=key)
    return rows.filter(_introduction_seen(membership)).first() or visible_claims(membership).filter(key=key).first()


def _introduction_seen(membership: Membership) -> Q:
    return Q(introduced_in__isnull=True) | ~Q(introduced_in__in=blind_articles(membership))


def _use_seen(membership: Membership, assignment: str) -> Q:
    return (
        Q(**{f"{assignment}__status": Assignment.Status.GOLD})
        | Q(**{f"{assignment}__annotator__user_id": membership.user_id})
        | ~Q(**{f"{assignment}__version__article__in": blind_articles(membership)})
    )


def get_speaker(membership: Membership, key: str) -> Speaker:
    """Return a speaker that the member may see. Raises ``Http404``."""
    rows = known_speakers(membership).select_related("merged_into", "project")
    return found(rows, _("There is no such speaker."), key=key)


def get_claim(membership: Membership, key: str) -> Claim:
    """Return a claim that the member may see. Raises ``Http404``."""
    rows = known_claims(membership).select_related("merged_into", "project")
    return found(rows, _("There is no such claim."), key=key)


def get_label_set(membership: Membership, key: str) -> LabelSet:
    """Return a label set of the member's project. Raises ``Http404``."""
    rows = LabelSet.objects.select_related("project").filter(project=membership.project)
    return found(rows, _("There is no such label set."), key=key)


def get_guidelines(membership: Membership, number: int | None = None) -> GuidelinesVersion | None:
    """Return a version of the guidelines, that in force unless numbered. Raises ``Http404``; None if there are none."""
    versions = GuidelinesVersion.objects.select_related("author").filter(project=membership.project).order_by("-number")
    return (
        found(versions, _("There is no such version of the guidelines."), number=number) if number else versions.first()
    )


def visible_examples(membership: Membership) -> QuerySet[GuidelinesExample]:
    """Examples that are pinned to clauses, of quotes that stand: for every member, unless they are blind to the story.

    Whoever reads a story that was free when its quote was pinned sees the quote no more until there is gold.
    """
    shown = GuidelinesExample.objects.filter(project=membership.project, is_active=True, quote__is_deleted=False)
    return shown.filter(_use_seen(membership, "quote__assignment"))


def get_example(membership: Membership, pk: int) -> GuidelinesExample:
    """Return an example that the member may see. Raises ``Http404``."""
    rows = visible_examples(membership).select_related("project", "quote")
    return found(rows, _("There is no such example."), pk=pk)


def open_assignments(user: User) -> AssignmentQuerySet:
    """The user's assignments in the projects in which they may annotate, newest first."""
    return (
        Assignment.objects.filter(
            annotator__user_id=user.pk,
            project__memberships__user_id=user.pk,
            project__memberships__is_active=True,
            project__memberships__role__in=ALLOWED[Act.ANNOTATE],
        )
        .select_related("version__article", "project")
        .order_by(F("updated_at").desc(), "-pk")
    )


def exportable_assignments(membership: Membership) -> QuerySet[Assignment]:
    """Assignments that the member may take out of the desk: those they may see, without copies in the making.

    Not those of stories whose text may not be exported, or may not yet, unless the member manages the project and
    answers for it.
    """
    seen = visible_assignments(membership).exclude(status__in=Assignment.COPIES)
    if may(membership, Act.MANAGE):
        return seen
    embargoed = Q(version__article__embargoed_until__gt=timezone.now())
    return seen.filter(version__article__text_exportable=True).exclude(embargoed)
