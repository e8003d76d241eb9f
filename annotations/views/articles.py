"""Articles: the list, one to read with its gold or somebody's work, its bytes, taking it up, and correcting it."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Length, Replace
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import (
    Act,
    get_article,
    get_membership,
    get_readable_assignment,
    get_version,
    visible_assignments,
    visible_changes,
)
from annotations.forms.articles import ArticleEditForm
from annotations.forms.filters import ArticleFilters
from annotations.http import SignedInRequest
from annotations.models import ArticleVersion, Assignment, Change, Membership, User
from annotations.services.article_changes import change_article, state_of
from annotations.services.assignments import start_assignment
from annotations.services.errors import Invalid, NotAllowed
from annotations.views.change_words import entries, latest
from annotations.views.earlier import filled_in
from annotations.views.pages import (
    filter_form,
    page_number,
    page_of,
    project_context,
    refuse_unknown,
    whole_number,
)
from annotations.views.registry import write
from annotations.views.story import load_story

STANDING = Case(When(left="", then=F("status")), default=F("left"))


@require_safe
def article_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the articles of a project, one page at a time."""
    membership = get_membership(request.user, slug)
    form = filter_form(request, ArticleFilters(request.GET, project=membership.project, user=request.user), "page")
    page = page_of(form.rows().values_list("pk", flat=True), page_number(request))
    context = {"form": form, "page": page, "rows": _listed(page, request.user)}
    return TemplateResponse(request, "articles/list.html", project_context(membership, "articles", **context))


def _listed(page: Page[int], user: User) -> list[ArticleVersion]:
    """Return the versions of a page with what the list says of each. Only these rows have their words counted."""
    own = Assignment.objects.filter(version__article=OuterRef("article"), annotator__user=user)
    gold = Assignment.objects.filter(version=OuterRef("pk"), status=Assignment.Status.GOLD)
    rows = (
        ArticleVersion.objects.select_related("article")
        .defer(*ArticleVersion.LONG)
        .annotate(
            words=1 + Length("search_text") - Length(Replace("search_text", Value(" "), Value(""))),
            has_gold=Exists(gold),
            own_pk=Subquery(own.order_by("-version__number").values("pk")[:1]),
            own_standing=Subquery(own.order_by("-version__number").values(standing=STANDING)[:1]),
        )
    )
    found = rows.in_bulk(list(page.object_list))
    return [found[pk] for pk in page.object_list]


@require_safe
def article_detail(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show one article with its gold, or as plain text where there is none yet."""
    membership = get_membership(request.user, slug)
    refuse_unknown(request, {"version", "cards"})
    version = get_version(get_article(membership, key), whole_number(request, "version"))
    gold = visible_assignments(membership).filter(version=version, status=Assignment.Status.GOLD).first()
    if gold is not None:
        gold.version = version
    return TemplateResponse(request, "articles/detail.html", _reading(request, membership, version, gold))


@require_safe
def assignment_read(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show an article with somebody's quotes, to whoever may see them."""
    membership, assignment = get_readable_assignment(request.user, pk)
    refuse_unknown(request, {"cards"})
    context = _reading(request, membership, assignment.version, assignment)
    return TemplateResponse(request, "articles/detail.html", context)


def _reading(
    request: SignedInRequest, membership: Membership, version: ArticleVersion, assignment: Assignment | None
) -> dict[str, Any]:
    article = version.article
    work = _visible_work(membership, version)
    return project_context(
        membership,
        "articles",
        article=article,
        version=version,
        versions=article.versions.defer(*ArticleVersion.LONG).order_by("-number"),
        assignment=assignment,
        is_gold=assignment is not None and assignment.annotator_id is None,
        story=load_story(assignment or version),
        work=work,
        own=next((row for row in work if row.annotator and row.annotator.user_id == request.user.pk), None),
        all_open=request.GET.get("cards") == "full",
    )


def _visible_work(membership: Membership, version: ArticleVersion) -> list[Assignment]:
    """Return the assignments of this version, other than gold, whose quotes the member may see."""
    return list(
        visible_assignments(membership)
        .filter(version=version, annotator__isnull=False)
        .select_related("annotator__user")
        .annotate(quote_count=Count("quotes", filter=Q(quotes__is_deleted=False)))
        .order_by("pk")
    )


@require_safe
def article_original(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Give the bytes of a version as they came."""
    membership = get_membership(request.user, slug)
    refuse_unknown(request, {"version"})
    version = get_version(get_article(membership, key), whole_number(request, "version"))
    if not version.original:
        raise Http404(_("The bytes of this story were removed."))
    # The name is made of letters that no header and no file system misreads.
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", key).strip("-") or "story"
    return HttpResponse(
        bytes(version.original),
        content_type=f"text/plain; charset={version.encoding}",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{version.number}.txt"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def article_edit(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Correct what is known of an article beside its text."""
    membership = get_membership(request.user, slug, Act.EDIT_ARTICLES)
    article = get_article(membership, key)
    subject, state = (Change.Subject.ARTICLE, key), state_of(article)
    initial = filled_in(request, membership, subject, state, ArticleEditForm.initial_of)
    url = reverse("article-detail", args=[slug, key])
    note = _("The text and its headline never change: a corrected story is a new version, and comes by import.")
    context = project_context(membership, "articles", row=get_version(article), row_url=url, note=note)
    if request.method != "POST":
        form = ArticleEditForm(initial=initial)
        return TemplateResponse(request, "registry/edit.html", {**context, "form": form})
    form = ArticleEditForm(request.POST)
    return write(
        request,
        form,
        lambda: change_article(
            actor=request.user,
            article=article,
            revision=form.cleaned_data["revision"],
            gesture=form.key,
            **form.corrected(),
        ),
        done=_("What is known of the story was saved."),
        url=url,
        template="registry/edit.html",
        context=context,
        current=lambda: ArticleEditForm.initial_of(state_of(get_article(membership, key))),
    )


@require_POST
def article_annotate(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Take the newest version up, and go to work on it; whoever has it already goes there too."""
    membership = get_membership(request.user, slug, Act.ANNOTATE)
    version = get_version(get_article(membership, key))
    try:
        return redirect("assignment", start_assignment(actor=request.user, version=version).pk)
    except (Invalid, NotAllowed) as refused:
        messages.error(request, refused.message)
        return redirect("article-detail", slug, key)


@require_safe
def article_history(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show what happened to an article, as far as the member may see it."""
    membership = get_membership(request.user, slug)
    refuse_unknown(request, {"page"})
    article = get_article(membership, key)
    page = page_of(latest(visible_changes(membership).filter(article=article)), page_number(request))
    context = {
        "article": article,
        "version": get_version(article),
        "page": page,
        "entries": entries(list(page.object_list), membership),
        "linked": True,
    }
    return TemplateResponse(request, "changes/article.html", project_context(membership, "articles", **context))
