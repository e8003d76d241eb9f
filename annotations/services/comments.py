"""Comments in threads on a story or a quote, with mentions, and the inbox that they fill."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Assignment, Change, Comment, Membership, Notice, Quote, Role, User
from annotations.services.assignments import require_text
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.errors import Invalid
from annotations.services.words import clean_words

COMMENT_LENGTH = 4000
MOST_COMMENTS = 1000
# As user names are: letters, digits and these marks; a full stop ends a sentence.
MENTION = re.compile(r"(?<![\w@.+-])@([\w@.+-]*[\w@+-])")
Kind = Notice.Kind


def write_comment(
    *,
    actor: User,
    assignment: Assignment,
    text: str,
    quote: Quote | None = None,
    thread: Comment | None = None,
    gesture: str | None = None,
) -> Comment:
    """Say something of a story, or of one of its quotes; with ``thread``, in reply.

    Whoever is named in it (@user) is told, and so are the annotator and those who wrote in the thread. Raises
    ``Invalid`` for a name of nobody who may read it, and of a story that was removed. A reply opens a thread that was
    resolved again.
    """
    if thread is not None:
        # A thread is one level deep, and all of it is said of the same quote.
        thread = thread.thread or thread
        quote = thread.quote
    text = clean_words(text, field="text", length=COMMENT_LENGTH)
    asked = ("comment", assignment.pk, quote and quote.pk, thread and thread.pk, text)
    try:
        with recorded(project=assignment.project, actor=actor, gesture=gesture, asked=asked) as opened:
            Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
            require_text(assignment.version)
            if Comment.objects.filter(assignment=assignment).count() >= MOST_COMMENTS:
                raise Invalid(
                    _("This story has %(most)s comments already.") % {"most": f"{MOST_COMMENTS:,}"}, field="text"
                )
            comment = Comment.objects.create(
                project=assignment.project,
                assignment=assignment,
                quote=quote,
                thread=thread,
                author=actor,
                text=text,
            )
            if thread is not None and thread.resolved_at:
                _set_resolved(opened, thread, None)
            _record(opened, Change.Action.CREATE, comment, before=None)
            _tell(comment)
            return comment
    except Replayed as replayed:
        row = next(row for row in replayed.changes if row.action == Change.Action.CREATE)
        return Comment.objects.get(project=assignment.project, key=row.subject_key)


def _tell(comment: Comment) -> None:
    readers = readers_of(comment.assignment)
    told = {pk: Kind.MENTION for pk in _mentioned(comment.text, readers)}
    if comment.thread:
        wrote = Comment.objects.filter(thread=comment.thread).values_list("author", flat=True)
        for pk in (comment.thread.author_id, *wrote):
            told.setdefault(pk, Kind.REPLY)
    annotator = comment.assignment.annotator
    if annotator and annotator.user_id:
        told.setdefault(annotator.user_id, Kind.COMMENT)
    told.pop(comment.author_id, None)
    Notice.objects.bulk_create(
        Notice(
            user_id=pk,
            actor=comment.author,
            project=comment.project,
            assignment=comment.assignment,
            comment=comment,
            kind=kind,
        )
        for pk, kind in told.items()
        if pk in readers.values()
    )


def readers_of(assignment: Assignment) -> dict[str, int]:
    """Return who may be named in a comment: the annotator, and all who review in the project, by user name.

    Who of them cannot see the story yet, because they annotate it themselves, is among them: their absence would tell.
    The inbox shows them the comment once they may read it.
    """
    members = Membership.objects.filter(project=assignment.project_id, is_active=True, user__is_active=True)
    annotator = assignment.annotator.user_id if assignment.annotator else None
    found = members.filter(Q(role__in=(Role.REVIEWER, Role.MANAGER)) | Q(user=annotator))
    return dict(found.values_list("user__username", "user"))


def _mentioned(text: str, readers: Mapping[str, int]) -> Iterator[int]:
    for name in dict.fromkeys(MENTION.findall(text)):
        if name not in readers:
            message = _(
                "Nobody who may read this is called “%(name)s”. Here are: %(names)s. To name somebody else, leave the @"
                " out."
            )
            raise Invalid(message % {"name": name, "names": ", ".join(sorted(readers))}, field="text")
        yield readers[name]


def resolve_thread(*, actor: User, comment: Comment, resolved: bool = True, gesture: str | None = None) -> Comment:
    """Say that nothing is left to say in a thread, or that something is."""
    thread = comment.thread or comment
    try:
        with recorded(
            project=thread.project, actor=actor, gesture=gesture, asked=("resolve", thread.pk, resolved)
        ) as opened:
            locked = (
                Comment.objects.select_for_update(of=("self",)).select_related("assignment__version").get(pk=thread.pk)
            )
            if bool(locked.resolved_at) != resolved:
                _set_resolved(opened, locked, actor if resolved else None)
    except Replayed:
        pass
    thread.refresh_from_db()
    return thread


def _set_resolved(opened: Gesture, thread: Comment, by: User | None) -> None:
    before = state_of(thread)
    thread.resolved_by, thread.resolved_at = by, timezone.now() if by else None
    thread.save(update_fields=["resolved_by", "resolved_at"])
    _record(opened, Change.Action.CHANGE, thread, before=before)


def state_of(comment: Comment) -> Record:
    """Return what history keeps of a comment."""
    return {"id": comment.key, "comment": comment.text, "resolved": comment.resolved_at is not None}


def _record(opened: Gesture, action: Change.Action, comment: Comment, *, before: Record | None) -> None:
    opened.record(
        action,
        Change.Subject.COMMENT,
        comment.key,
        before=before,
        after=state_of(comment),
        assignment=comment.assignment,
    )


def mark_read(*, user: User, notices: Iterable[int] | None = None) -> int:
    """Note that a person has read these of their notices, or all; return how many were new to them."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if notices is not None:
        unread = unread.filter(pk__in=list(notices))
    return unread.update(read_at=timezone.now())
