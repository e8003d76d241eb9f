"""Importing: send a text or files, look at what will happen, confirm it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import Act, get_membership
from annotations.forms.imports import CharsetForm, FilesForm, LargeForm, PasteForm
from annotations.http import SignedInRequest, tells_replaced
from annotations.models import Membership, StagedImport
from annotations.services import imports, staging
from annotations.services.changes import new_gesture
from annotations.services.errors import Invalid, ServiceError
from annotations.services.imports import Row, Source
from annotations.services.shelf import Outcome
from annotations.tasks.starting import start_import
from annotations.views.pages import project_context, refuse_unknown

TOO_MUCH = frozenset({"too_large", "too_many"})


@tells_replaced
@require_http_methods(["GET", "HEAD", "POST"])
def import_paste(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the forms of an import; take a pasted text. ``again`` names an import whose text is to be mended."""
    refuse_unknown(request, ["again"])
    membership = get_membership(request.user, slug, Act.IMPORT)
    if request.method != "POST":
        return _forms(request, membership, paste=_paste_form(initial=_typed_before(request, membership)))
    form = _paste_form(request.POST)
    if form.is_valid():
        # Lone surrogates cannot arrive by a form; everything else is looked at as it came.
        source = Source("", form.cleaned_data["text"].encode())
        try:
            options = form.options()
            (item,) = imports.items_of(source, options)
            imports.check_size([source])
            if item.refusal is None:
                staged = staging.stage(
                    actor=request.user, project=membership.project, sources=[source], options=options
                )
                return redirect("import-preview", slug, staged.key)
            form.add_error(item.refusal.field if item.refusal.field in form.fields else "text", item.refusal.reason)
        except Invalid as invalid:
            form.add_error("text", invalid.message)
            return _forms(request, membership, paste=form, status=413)
    return _forms(request, membership, paste=form, status=422)


@tells_replaced
@require_POST
def import_files(request: SignedInRequest, slug: str) -> HttpResponse:
    """Take files."""
    membership = get_membership(request.user, slug, Act.IMPORT)
    form = FilesForm(request.POST, request.FILES, auto_id="files-%s")
    if not form.is_valid():
        return _forms(request, membership, files=form, status=422)
    sources = [Source(file.name, file.read()) for file in form.cleaned_data["upload"]]
    try:
        options = form.options()
        imports.check_options(options)
        staged = staging.stage(actor=request.user, project=membership.project, sources=sources, options=options)
    except Invalid as invalid:
        form.add_error(invalid.field if invalid.field in form.fields else "upload", invalid.message)
        return _forms(request, membership, files=form, status=413 if invalid.code in TOO_MUCH else 422)
    return redirect("import-preview", slug, staged.key)


@tells_replaced
@require_POST
def import_large(request: SignedInRequest, slug: str) -> HttpResponse:
    """Take one file of any size, and go to the page of the task that imports it."""
    membership = get_membership(request.user, slug, Act.IMPORT)
    form = LargeForm(request.POST, request.FILES, auto_id="large-%s")
    if form.is_valid():
        file = form.cleaned_data["upload"]
        try:
            task = start_import(
                membership=membership,
                pieces=file.chunks(),
                name=file.name,
                file_format=form.file_format,
                update=form.cleaned_data["update"],
                gesture=form.cleaned_data["gesture"] or None,
            )
            return redirect("task", slug, task.key)
        except ServiceError as refused:
            form.add_error("upload", refused.message)
    return _forms(request, membership, large=form, status=422)


@require_safe
def import_preview(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show what confirming would do, or what it did."""
    refuse_unknown(request)
    membership, staged = _staged(request, slug, key)
    if staged.finished_at is not None:
        rows = staging.report(staged)
        return _rows_page(request, membership, staged, rows, "imports/report.html")
    rows = staging.preview(staged)
    guesses = Counter(row.guess for row in rows if row.guess)
    return _rows_page(
        request,
        membership,
        staged,
        rows,
        "imports/preview.html",
        writes=sum(row.is_written for row in rows),
        form=CharsetForm(initial=_options(staged, guesses)),
        guess=guesses.most_common(1)[0][0] if guesses else "",
        is_pasted=not staged.files.exclude(name="").exists(),
    )


@require_POST
def import_options(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Read the files in another charset, or let changed stories become new versions."""
    _membership, staged = _staged(request, slug, key)
    form = CharsetForm(request.POST)
    if form.is_valid() and staged.finished_at is None:
        staging.change_options(staged=staged, charset=form.cleaned_data["charset"], update=form.cleaned_data["update"])
    return redirect("import-preview", slug, key)


@require_POST
def import_confirm(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Import what was shown. Confirming twice imports once."""
    _membership, staged = _staged(request, slug, key)
    try:
        staging.confirm(actor=request.user, staged=staged)
    except Invalid as invalid:
        messages.error(request, invalid.message)
    return redirect("import-preview", slug, key)


@require_POST
def import_discard(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Throw away what was sent."""
    _membership, staged = _staged(request, slug, key)
    if staged.finished_at is None:
        staging.forget([staged.pk])
        messages.info(request, _("Nothing was imported, and what you sent is thrown away."))
    return redirect("import", slug)


def _paste_form(data: QueryDict | None = None, **options: Any) -> PasteForm:
    # Two forms on one page name some fields alike, so their ids must differ.
    return PasteForm(data, auto_id="paste-%s", **options)


def _staged(request: SignedInRequest, slug: str, key: str) -> tuple[Membership, StagedImport]:
    """Return an import that this very user staged. Raises ``Http404``."""
    membership = get_membership(request.user, slug, Act.IMPORT)
    rows = StagedImport.objects.select_related("project")
    return membership, get_object_or_404(rows, project=membership.project, user=request.user, key=key)


def _typed_before(request: SignedInRequest, membership: Membership) -> dict[str, Any]:
    key = request.GET.get("again")
    if not key:
        return {}
    staged = get_object_or_404(StagedImport, project=membership.project, user=request.user, key=key)
    file = staged.files.filter(name="").first()
    options = staging.options_of(staged)
    typed: dict[str, Any] = {"headline": options.headline, **options.fields}
    return typed | ({"text": bytes(file.data).decode()} if file else {})


def _options(staged: StagedImport, guesses: Counter[str]) -> dict[str, Any]:
    guess = guesses.most_common(1)[0][0] if guesses else ""
    return {"charset": staged.options["charset"] or guess, "update": staged.options["update"]}


def _forms(
    request: SignedInRequest,
    membership: Membership,
    *,
    paste: PasteForm | None = None,
    files: FilesForm | None = None,
    large: LargeForm | None = None,
    status: int = 200,
) -> TemplateResponse:
    context = project_context(
        membership,
        "import",
        paste=paste or _paste_form(),
        files=files or FilesForm(auto_id="files-%s"),
        large=large or LargeForm(auto_id="large-%s", initial={"gesture": new_gesture()}),
        limit_files=imports.MAX_FILES,
        limit_megabytes=imports.MAX_BYTES // 1_000_000,
    )
    return TemplateResponse(request, "imports/new.html", context, status=status)


def _rows_page(
    request: SignedInRequest,
    membership: Membership,
    staged: StagedImport,
    rows: list[Row],
    template: str,
    **more: Any,
) -> TemplateResponse:
    counts = imports.counts(rows)
    # What needs a look stands first.
    order = {outcome.value: place for place, outcome in enumerate(reversed(Outcome))}
    shown = sorted(rows, key=lambda row: order[row.outcome])
    context = project_context(membership, "import", staged=staged, rows=shown, counts=counts, **more)
    return TemplateResponse(request, template, context)
