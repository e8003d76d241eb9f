"""Speakers of a project: list, one with its quotes, mending and merging."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import Act, get_membership, get_speaker, visible_speakers
from annotations.forms.filters import SpeakerFilters
from annotations.forms.quotes import RevisionForm
from annotations.forms.registry import MergeForm, SpeakerEditForm
from annotations.http import SignedInRequest
from annotations.models import Membership, Speaker, fold
from annotations.services import speakers
from annotations.services.changes import new_gesture
from annotations.services.errors import ServiceError
from annotations.views.changes import quote_url
from annotations.views.pages import filter_form, page_number, page_of, project_context, refuse_unknown, search_words
from annotations.views.registry import merge_candidates, use_counts, visible_uses, write

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def speaker_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the speakers that the member may be offered, with their visible quotes counted."""
    membership = get_membership(request.user, slug)
    form = filter_form(request, SpeakerFilters(request.GET, project=membership.project))
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
    refuse_unknown(request)
    speaker = get_speaker(membership, key)
    context = project_context(membership, "speakers", speaker=speaker)
    if request.method != "POST":
        form = SpeakerEditForm(initial=SpeakerEditForm.initial_of(speaker) | {"gesture": new_gesture()})
        return TemplateResponse(request, "speakers/edit.html", {**context, "form": form})
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
        url=_address(speaker),
        template="speakers/edit.html",
        context=context,
        current=lambda: SpeakerEditForm.initial_of(get_speaker(membership, key)),
    )


@page_or_form
def speaker_merge(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Let a speaker stand for another one that it is the same as."""
    membership = get_membership(request.user, slug, Act.MERGE)
    refuse_unknown(request, {"q"})
    speaker = get_speaker(membership, key)
    words = search_words(request, _("Name"))
    context = project_context(
        membership,
        "speakers",
        speaker=speaker,
        q=request.GET.get("q", ""),
        candidates=_candidates(membership, speaker, words),
    )
    if request.method != "POST":
        form = MergeForm(initial={"revision": speaker.revision, "gesture": new_gesture()})
        return TemplateResponse(request, "speakers/merge.html", {**context, "form": form})
    form = MergeForm(request.POST)
    return write(
        request,
        form,
        lambda: speakers.merge_speakers(
            actor=request.user,
            speaker=speaker,
            into=get_speaker(membership, form.cleaned_data["into"]),
            revision=form.cleaned_data["revision"],
            gesture=form.key,
        ),
        done=_("The speakers were merged. You can take this back here."),
        url=_address(speaker),
        template="speakers/merge.html",
        context=context,
        current=lambda: {"revision": get_speaker(membership, key).revision},
    )


def _candidates(membership: Membership, speaker: Speaker, words: list[str]) -> list[tuple[Speaker, int]]:
    """Return named speakers with these words in their names; without words, those that share one with this name."""
    named = visible_speakers(membership).filter(named=True, merged_into__isnull=True).exclude(pk=speaker.pk)
    return merge_candidates(Speaker, membership, named, column="label_folded", words=words, name=fold(speaker.label))


@require_POST
def speaker_unmerge(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Take a merge back."""
    membership = get_membership(request.user, slug, Act.MERGE)
    speaker = get_speaker(membership, key)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is not complete. Nothing was changed."))
        return redirect(_address(speaker))
    try:
        speakers.unmerge_speaker(
            actor=request.user, speaker=speaker, revision=form.cleaned_data["revision"], gesture=form.key
        )
    except ServiceError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The speaker stands for itself again."))
    return redirect(_address(speaker))


def _address(speaker: Speaker) -> str:
    return reverse("speaker-detail", args=[speaker.project.slug, speaker.key])
