"""Speakers of a project: list, one with its quotes, mending and merging."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import Act, get_membership, get_speaker, visible_speakers
from annotations.forms.filters import SpeakerFilters
from annotations.forms.registry import SpeakerEditForm
from annotations.http import SignedInRequest
from annotations.models import Change, Speaker
from annotations.services import speakers
from annotations.services.changes import new_gesture
from annotations.views.changes import quote_url
from annotations.views.earlier import filled_in
from annotations.views.pages import filter_form, page_number, page_of, project_context, refuse_unknown
from annotations.views.registry import Noun, merge_page, unmerge, use_counts, visible_uses, write

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def speaker_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the speakers that the member may be offered, with their visible quotes counted."""
    membership = get_membership(request.user, slug)
    form = filter_form(request, SpeakerFilters(request.GET, project=membership.project), "page")
    page = page_of(form.filter(visible_speakers(membership)).select_related("article"), page_number(request))
    counts = use_counts(Speaker, membership, page.object_list)
    context = {"form": form, "page": page, "rows": [(row, counts[row.pk]) for row in page.object_list]}
    return TemplateResponse(request, "speakers/list.html", project_context(membership, "speakers", **context))


@require_safe
def speaker_detail(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show one speaker with the quotes that the member may see."""
    membership = get_membership(request.user, slug)
    refuse_unknown(request, {"page"})
    speaker = get_speaker(membership, key)
    page = page_of(visible_uses(Speaker, membership, speaker), page_number(request))
    merged = visible_speakers(membership).filter(merged_into=speaker)
    context = {
        "speaker": speaker,
        "merged": merged,
        "page": page,
        "quotes": [(quote, quote_url(quote), "") for quote in page.object_list],
        "gesture": new_gesture(),
    }
    return TemplateResponse(request, "speakers/detail.html", project_context(membership, "speakers", **context))


@page_or_form
def speaker_edit(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Change what is known of a speaker."""
    membership = get_membership(request.user, slug, Act.EDIT_REGISTRY)
    speaker = get_speaker(membership, key)
    subject, state = (Change.Subject.SPEAKER, key), speakers.state_of(speaker)
    initial = filled_in(request, membership, subject, state, SpeakerEditForm.initial_of)
    context = NOUN.context(membership, speaker)
    if request.method != "POST":
        form = SpeakerEditForm(initial=initial)
        return TemplateResponse(request, "registry/edit.html", {**context, "form": form})
    form = SpeakerEditForm(request.POST)
    return write(
        request,
        form,
        lambda: speakers.change_speaker(
            actor=request.user,
            speaker=speaker,
            revision=form.cleaned_data["revision"],
            new=form.new_speaker(speaker),
            gesture=form.key,
        ),
        done=_("The speaker was saved."),
        url=NOUN.url(speaker),
        template="registry/edit.html",
        context=context,
        current=lambda: SpeakerEditForm.initial_of(speakers.state_of(get_speaker(membership, key))),
    )


NOUN = Noun(
    section="speakers",
    address="speaker-detail",
    get=get_speaker,
    targets=lambda membership: visible_speakers(membership).filter(named=True),
    column="label_folded",
    words=gettext_lazy("Name"),
    merge=lambda actor, row, **asked: speakers.merge_speakers(actor=actor, speaker=row, **asked),
    merged=gettext_lazy("The speakers were merged. You can take this back here."),
    unmerge=lambda actor, row, **asked: speakers.unmerge_speaker(actor=actor, speaker=row, **asked),
    unmerged=gettext_lazy("The speaker stands for itself again."),
)


@page_or_form
def speaker_merge(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Let a speaker stand for another one that it is the same as."""
    return merge_page(request, slug, key, NOUN)


@require_POST
def speaker_unmerge(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Take a merge back."""
    return unmerge(request, slug, key, NOUN)
