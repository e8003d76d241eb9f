"""An export into a file: the very bytes that the page, the API and the command stream, and their manifest."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotations.access import Act, exportable_assignments, known_speakers, may, visible_changes
from annotations.exports import jsonl_v1
from annotations.exports.downloads import Download
from annotations.exports.filters import FILTERS
from annotations.exports.records import Record
from annotations.forms.exports import ExportForm
from annotations.models import Membership
from annotations.services.errors import Invalid
from annotations.tasks.kinds import Kind, Run

DEFAULTS = {one.name: one.default for one in FILTERS if one.default} | {"format": jsonl_v1.ID}
MANY = {one.name: one.many for one in FILTERS} | {"format": False}


def clean(membership: Membership, arguments: Record) -> Record:
    """Return the filters with their defaults, today as the day among them. Raises ``Invalid``."""
    for name, value in arguments.items():
        texts = value if isinstance(value, list) and MANY.get(name) else [value]
        if name not in MANY or not all(isinstance(text, str) for text in texts):
            told = {"known": ", ".join(MANY)}
            message = _("An export takes these arguments, texts or lists of texts: %(known)s.") % told
            raise Invalid(message, field=f"{name:.60}")
    form = _form(membership, DEFAULTS | arguments)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Invalid(str(errors[0]), field=field)
    kept: Record = {"format": form.cleaned_data["format"]}
    for name, value in form.asked.pairs():
        kept[name] = [*kept.get(name, []), value] if MANY[name] else value
    return kept


def _form(membership: Membership, arguments: Record) -> ExportForm:
    return ExportForm(
        QueryDict(urlencode(arguments, doseq=True)),
        project=membership.project,
        assignments=exportable_assignments(membership),
        speakers=known_speakers(membership),
        may_include=may(membership, Act.MANAGE),
    )


def run(run: Run) -> Record:
    """Write everything anew, of what whoever asked may see now; the files have their names once they are whole."""
    membership = run.membership()
    form = _form(membership, run.arguments)
    if not form.is_valid():
        raise Invalid(_("Somebody or something that was asked about is not there any more. Ask anew."))
    changes, format_id = visible_changes(membership), form.cleaned_data["format"]
    download = Download(form.project, form.assignments, changes, form.asked, format_id)
    total = form.asked.select(form.assignments, form.project.pk).count()
    with run.new_file(download.name) as file:
        for piece in download.pieces():
            file.write(piece)
            run.advance(min(download.tally.counts["assignments"], total), total)
    manifest, name = download.manifest(), f"{download.name}.manifest.json"
    with run.new_file(name) as file:
        file.write(manifest)
    files: list[dict[str, Any]] = [
        {"name": download.name, "bytes": download.tally.bytes, "sha256": download.tally.sha256},
        {"name": name, "bytes": len(manifest)},
    ]
    return {"counts": download.tally.counts, "as_of_change": download.as_of_change, "files": files}


KIND = Kind(run=run, act=None, clean=clean)
