"""Exporting: what there is, and the dataset and its manifest as files."""

from __future__ import annotations

from collections import deque

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from annotations.access import exportable_assignments, get_membership, visible_changes
from annotations.exports.downloads import ALL, CHOICES, GOLD, Download, chosen
from annotations.forms.exports import ExportForm
from annotations.http import SignedInRequest
from annotations.models import Assignment, Membership, Quote
from annotations.views.pages import filter_form, project_context, refuse_unknown


@require_safe
def export(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show what can be exported, and how: by page, command and API."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug)
    assignments = exportable_assignments(membership)
    context = project_context(
        membership,
        "export",
        form=ExportForm(initial={"annotations": GOLD, "format": "jsonl"}),
        counts=[(choice, _counts(chosen(assignments, choice))) for choice in CHOICES],
        held_back=_held_back(membership).count(),
        site=settings.SITE_URL,
        gold=GOLD,
        all=ALL,
    )
    return TemplateResponse(request, "exports/export.html", context)


@require_safe
def export_download(request: SignedInRequest, slug: str) -> HttpResponseBase:
    """Stream the dataset: nothing of it is held in memory, and nobody has to wait for it."""
    download = _download(request, slug)
    pieces = download.pieces() if request.method == "GET" else ()
    return _attachment(StreamingHttpResponse(pieces, content_type=download.format.CONTENT_TYPE), download.name)


@require_safe
def export_manifest(request: SignedInRequest, slug: str) -> HttpResponseBase:
    """Give the manifest of the dataset as it is now: counts, checksum, and as of which change."""
    download = _download(request, slug)
    deque(download.pieces(), maxlen=0)
    response = HttpResponse(download.manifest(), content_type="application/json")
    return _attachment(response, f"{download.name}.manifest.json")


def _download(request: SignedInRequest, slug: str) -> Download:
    membership = get_membership(request.user, slug)
    form = filter_form(request, ExportForm(request.GET))
    asked = form.cleaned_data
    assignments, changes = exportable_assignments(membership), visible_changes(membership)
    return Download(membership.project, assignments, changes, asked["annotations"], asked["format"])


def _attachment(response: HttpResponseBase, name: str) -> HttpResponseBase:
    # A project's short name has no character that would need quoting here.
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _held_back(membership: Membership) -> QuerySet[Assignment]:
    """Gold of stories whose text may not leave, or not yet: managers export it, and answer for it."""
    gold = Assignment.objects.filter(project=membership.project, status=Assignment.Status.GOLD)
    later = Q(version__article__embargoed_until__gt=timezone.now())
    return gold.filter(later | Q(version__article__text_exportable=False))


def _counts(assignments: QuerySet[Assignment]) -> dict[str, int]:
    return {
        "assignments": assignments.count(),
        "articles": assignments.values("version__article").distinct().count(),
        "quotes": Quote.objects.live().filter(assignment__in=assignments).count(),
    }
