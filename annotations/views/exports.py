"""Exporting: what there is, and the dataset and its manifest as files."""

from __future__ import annotations

import shlex
from collections import deque

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from annotations.access import Act, exportable_assignments, get_membership, known_speakers, may, visible_changes
from annotations.exports.downloads import Download
from annotations.exports.filters import FILTERS, today
from annotations.exports.overview import counts, first_records, restricted
from annotations.forms.exports import ExportForm
from annotations.http import SignedInRequest
from annotations.models import Membership
from annotations.services.changes import new_gesture
from annotations.views.pages import project_context, refuse_unknown

MANY = {one.name for one in FILTERS if one.many}


@require_safe
@vary_on_headers("HX-Request")
def export(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show what would be exported, and how: by page, command and API. A script asks for that part alone."""
    membership = get_membership(request.user, slug)
    asked_for = request.GET.copy()
    asked_for.setdefault("format", "jsonl")
    for one in FILTERS:
        if one.default:
            asked_for.setdefault(one.name, one.default)
    # A link to this page means the same tomorrow.
    asked_for.setdefault("as_of", today().isoformat())
    form = _form(request, membership, asked_for)
    form.offer()
    context = project_context(membership, "export", form=form)
    status = 200
    if form.is_valid():
        context |= _found(form, request.user.username)
    else:
        # A fragment is shown with 422 and not with 400.
        status = 422 if request.htmx else 400
    template = "exports/_found.html" if request.htmx else "exports/export.html"
    return TemplateResponse(request, template, context, status=status)


def _found(form: ExportForm, username: str) -> dict[str, object]:
    project, asked = form.project, form.asked
    rows = asked.select(form.assignments, project.pk)
    return {
        "asked": asked,
        "counts": counts(rows),
        "restricted": restricted(form.assignments, project.pk, asked),
        "records": list(first_records(rows, project.pk, leave_out=asked.leaves_out)),
        "command": _command(form, username),
        "gesture": new_gesture(),
        "site": settings.SITE_URL,
    }


def _command(form: ExportForm, username: str) -> str:
    """Return the command line that gives the very same on the server, quoted for a shell."""
    slug = form.project.slug
    files = f"--output={slug}.jsonl --manifest={slug}.manifest.json"
    who = shlex.quote(f"--as={username}")
    return f"manage.py export_dataset --project {slug} {who} {form.asked.arguments()} {files}"


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


def _form(request: SignedInRequest, membership: Membership, data: QueryDict) -> ExportForm:
    assignments, speakers = exportable_assignments(membership), known_speakers(membership)
    form = ExportForm(
        data,
        project=membership.project,
        assignments=assignments,
        speakers=speakers,
        may_include=may(membership, Act.MANAGE),
    )
    refuse_unknown(request, form.fields, MANY)
    return form


def _download(request: SignedInRequest, slug: str) -> Download:
    membership = get_membership(request.user, slug)
    form = _form(request, membership, request.GET)
    if not form.is_valid():
        name, messages = next(iter(form.errors.items()))
        raise BadRequest(f"{form.fields[name].label}: {messages[0]}")
    changes, format_id = visible_changes(membership), form.cleaned_data["format"]
    return Download(form.project, form.assignments, changes, form.asked, format_id)


def _attachment(response: HttpResponseBase, name: str) -> HttpResponseBase:
    # A project's short name has no character that would need quoting here.
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
