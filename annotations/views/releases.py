"""Releases: the list of them, a new one, and one with its card, its changes and its files."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from annotations.access import (
    Act,
    get_membership,
    get_release,
    get_release_file,
    visible_releases,
    withheld_release,
)
from annotations.exports.filters import today
from annotations.exports.releases import parquet
from annotations.exports.releases.card import CHARTS
from annotations.exports.releases.charts import described
from annotations.forms.releases import DEFAULTS, ReleaseForm
from annotations.http import SignedInRequest
from annotations.models import Release, Task
from annotations.services.changes import new_gesture
from annotations.services.errors import ServiceError
from annotations.services.release_files import content_of
from annotations.tasks.starting import start
from annotations.templatetags.markdown import shown_markdown
from annotations.views.pages import no_parameters, page_number, page_of, project_context, refuse_unknown

PICTURE = ".svg"


@require_safe
def release_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the releases of a project, the newest first."""
    refuse_unknown(request, {"page"})
    membership = get_membership(request.user, slug)
    page = page_of(visible_releases(membership), page_number(request))
    for release in page.object_list:
        release.withheld = withheld_release(membership, release)
    return TemplateResponse(request, "releases/list.html", project_context(membership, "releases", page=page))


@require_http_methods(["GET", "HEAD", "POST"])
@no_parameters
def release_new(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask for a release: it is made in the background."""
    membership = get_membership(request.user, slug, Act.MANAGE)
    project = membership.project
    first = DEFAULTS | {"as_of": today().isoformat(), "parquet": parquet.is_there()}
    form = ReleaseForm(request.POST if request.method == "POST" else None, project=project, initial=first)
    form.offer()
    if request.method == "POST" and form.is_valid():
        gesture = request.POST.get("gesture") or None
        try:
            task = start(membership=membership, kind=Task.Kind.RELEASE, arguments=form.asked(), gesture=gesture)
        except ServiceError as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("task", slug, task.key)
    context = project_context(membership, "releases", form=form, gesture=new_gesture())
    return TemplateResponse(request, "releases/new.html", context, status=422 if form.errors else 200)


@require_safe
@no_parameters
def release_detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Show one release: its card, what is different from the one before, and its files."""
    membership = get_membership(request.user, slug)
    release = get_release(membership, number)
    withheld = withheld_release(membership, release)
    context = project_context(membership, "releases", release=release, withheld=withheld)
    if not withheld:
        files = {file.name: file for file in release.files.all()}
        context |= {
            "files": files.values(),
            "charts": [
                (f"chart-{name}{PICTURE}", described(title, release.summary["tables"].get(name, [])))
                for name, title in CHARTS.items()
                if f"chart-{name}{PICTURE}" in files
            ],
            "card": shown_markdown(_shown(_text(release, "README.md"))),
            "changes": shown_markdown(_text(release, "CHANGES.md")),
        }
    return TemplateResponse(request, "releases/detail.html", context)


def _text(release: Release, name: str) -> str:
    return b"".join(content_of(release.files.get(name=name))).decode()


def _shown(card: str) -> str:
    """Return a card without the part that Hugging Face reads, and without its pictures, which the page shows below."""
    lines = card.split("---\n", 2)[2].split("\n")
    return "\n".join(line for line in lines if not line.startswith("!["))


@require_safe
@no_parameters
def release_file(request: SignedInRequest, slug: str, number: int, name: str) -> HttpResponseBase:
    """Give a file of a release."""
    file = get_release_file(get_membership(request.user, slug), number, name)
    headers = {"Content-Disposition": content_disposition_header(True, name), "Content-Length": str(file.bytes)}
    kind = "image/svg+xml" if name.endswith(PICTURE) else "application/octet-stream"
    body = content_of(file) if request.method == "GET" else ()
    return StreamingHttpResponse(body, content_type=kind, headers=headers)
