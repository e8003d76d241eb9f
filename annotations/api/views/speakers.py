"""Speakers, those that the member may be offered: reading, making, mending and merging them."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import records
from annotations.api.components import SPEAKER, page_of
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation
from annotations.api.parameters import PAGING_BY_ID, fields, flag, one_of, text
from annotations.api.shapes import reference
from annotations.api.views.registry import ETAG, LOCATION, MADE, Noun, RegistryView
from annotations.exports.records import Record
from annotations.forms.filters import with_words
from annotations.models import Change, Speaker, fold
from annotations.services import speakers as services
from annotations.services.speakers import NewSpeaker

PARAMETERS = (
    one_of("kind", Speaker.Kind.values, "Of this kind.", lookup="kind"),
    flag("named", "Only those who are named, or who are not.", lookup="named"),
    flag("merged", "Only those that were merged into another, or were not."),
    text("article", "Only those who are not named and belong to this article.", lookup="article__key"),
    text("search", "With all these words in the name."),
    fields(SPEAKER),
    *PAGING_BY_ID,
)


def _record(row: Speaker, state: Record) -> Record:
    return {**state, "article": row.article.key if row.article else None}


class SpeakerView(RegistryView[Speaker]):
    """An address of speakers."""

    noun = Noun(
        subject=Change.Subject.SPEAKER,
        address="api-speaker",
        get=access.get_speaker,
        offered=access.offered_speaker,
        state_of=services.state_of,
        record=_record,
        merge=lambda row, **asked: services.merge_speakers(speaker=row, **asked),
        unmerge=lambda row, **asked: services.unmerge_speaker(speaker=row, **asked),
    )


class SpeakerList(SpeakerView):
    """The speakers of a project."""

    @Operation(
        name="listSpeakers",
        summary="List speakers",
        tag="speakers",
        parameters=PARAMETERS,
        answers={200: page_of("SpeakerInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        visible = access.visible_speakers(self.membership).select_related("article")
        rows = self.filtered(visible, PARAMETERS)
        if self.query["merged"] is not None:
            rows = rows.filter(merged_into__isnull=not self.query["merged"])
        if self.query["search"]:
            rows = rows.filter(with_words("label_folded", fold(self.query["search"]).split()))
        project = self.membership.project_id
        every = Speaker.objects.filter(project=project)
        return self.page(rows, lambda found: records.speakers(found, project), every=every)

    @Operation(
        name="createSpeaker",
        summary="Make a speaker",
        tag="speakers",
        description=MADE,
        body="NewSpeaker",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={201: reference("Speaker")},
        problems=[403, 404, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make the speaker, once."""
        access.require(self.membership, Act.ANNOTATE)
        given = {**self.body, "aliases": tuple(self.body.get("aliases", ()))}
        key = given.pop("article", None)
        article = access.get_article(self.membership, key) if key else None
        gesture = self.gesture()
        speaker = services.create_speaker(
            project=self.membership.project, actor=self.user, new=NewSpeaker(**given), article=article, gesture=gesture
        )
        return self.left(speaker, gesture, made=True)


class SpeakerDetail(SpeakerView):
    """One speaker."""

    @Operation(
        name="getSpeaker",
        summary="Read a speaker",
        tag="speakers",
        headers=[IF_NONE_MATCH],
        answers={200: reference("Speaker"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Answer with the speaker."""
        speaker = access.get_speaker(self.membership, key)
        return self.one(*records.speakers([speaker], self.membership.project_id))

    @Operation(
        name="changeSpeaker",
        summary="Change a speaker",
        tag="speakers",
        description="Parts that you do not name stay as they are.",
        body="SpeakerChanges",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Speaker")},
        problems=[403, 404, 409, 422, 428],
    )
    def patch(self, request: Request, slug: str, key: str) -> Response:
        """Change what is known of the speaker, once."""

        def change(row: Speaker, revision: int, **asked: Any) -> Speaker:
            known = self.seen_state(row, revision) | self.body
            new = NewSpeaker(
                label=known["label"],
                kind=known["kind"],
                named=row.named,
                description=known["description"] or "",
                aliases=tuple(known["aliases"]),
                wikidata=known["wikidata"] or "",
            )
            return services.change_speaker(actor=self.user, speaker=row, revision=revision, new=new, **asked)

        return self.changed(key, Act.EDIT_REGISTRY, change)


class MergeSpeaker(SpeakerView):
    """A speaker that is the same as another one."""

    @Operation(
        name="mergeSpeaker",
        summary="Merge a speaker into another",
        tag="speakers",
        description="It stands for the other one from now on. Its quotes stay its own, so that this can be taken back.",
        body="Merge",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Speaker")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Merge it, once."""
        return self.merged(key)


class UnmergeSpeaker(SpeakerView):
    """A speaker that stands for itself again."""

    @Operation(
        name="unmergeSpeaker",
        summary="Take the merge of a speaker back",
        tag="speakers",
        body="Seen",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Speaker")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Take it back, once."""
        return self.unmerged(key)
