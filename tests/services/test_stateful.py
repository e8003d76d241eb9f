"""Whatever people do in whatever order: the desk is what its history says, and gold is what was approved.

Hypothesis chooses the acts and puts them together; each is expected to be done or refused. ``STATEFUL_RUNS`` asks for
more sequences than the usual few, as before a release.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from annotations.exports import jsonl_v1
from annotations.exports.dataset import assignment_records, quote_states
from annotations.models import Assignment, Quote, Speaker, User
from annotations.services import quotes, reviews, undo
from annotations.services.agreement import Question, read, select
from annotations.services.assignments import reopen_assignment, submit_assignment
from annotations.services.comments import write_comment
from annotations.services.corrections import adopt_correction, corrections_in
from annotations.services.errors import ServiceError
from annotations.services.removals import remove_article
from annotations.services.speakers import NewSpeaker, merge_speakers, unmerge_speaker
from tests.cast import Cast
from tests.factories import STORY, at, make_assignment, make_quote, make_version
from tests.queues import healthy

pytestmark = pytest.mark.django_db

RUNS = int(os.environ.get("STATEFUL_RUNS", "4"))
STEPS = 25
WORDS = ["“The bridge is safe,”", "it will stay open", "moves a little", "nobody had measured it", "the old pier"]
NAMES = ["Ada Holt", "Ben Ruiz", "engineers"]
OPEN = {"assigned", "in_progress", "returned"}
# Small, so that much happens to the same story.
indexes = st.integers(0, 3)


class Desk(RuleBasedStateMachine):
    """A desk with a few stories, each read by one annotator or two, and a reviewer and a manager who review."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.taken_back = transaction.atomic()
        self.taken_back.__enter__()
        self.stories: list[Assignment] = []
        # What the model knows: the status of each story, and the words of its quotes when it was approved as gold.
        self.status: dict[int, str] = {}
        self.gold: dict[int, list[Any]] = {}
        self.removed: set[int] = set()

    def teardown(self) -> None:
        """Take all of it back."""
        transaction.set_rollback(True)
        self.taken_back.__exit__(None, None, None)

    def story(self, number: int) -> Assignment:
        """One of the assignments as it stands."""
        rows = Assignment.objects.select_related("version__article", "annotator__user", "project")
        return rows.get(pk=self.stories[number % len(self.stories)].pk)

    def annotator(self, story: Assignment) -> User:
        """Whose it is."""
        assert story.annotator is not None
        assert story.annotator.user is not None
        return story.annotator.user

    def reviewer(self, number: int) -> User:
        """One of those who review."""
        return (self.cast.reviewer, self.cast.manager)[number % 2]

    def live(self, story: Assignment) -> list[Quote]:
        """Its quotes."""
        return list(Quote.objects.live().filter(assignment=story).order_by("pk"))

    def attempt(self, act: Callable[..., Any], *, allowed: bool | None = None, **asked: Any) -> Any:
        """Do it; what is refused writes nothing. ``allowed`` says whether it must be done or must be refused."""
        before = self.cast.changes.count()
        try:
            done = act(**asked)
        except ServiceError as error:
            refused = error
        else:
            assert allowed is not False, (act, asked)
            return done
        assert allowed is not True, (act, refused.message)
        assert self.cast.changes.count() == before
        return refused

    @initialize()
    def begin(self) -> None:
        """Import a story for one reader, and one for two."""
        self.arrive(shared=False)
        self.arrive(shared=True)

    @precondition(lambda self: len(self.stories) < 4)
    @rule(shared=st.booleans())
    def arrive(self, shared: bool) -> None:
        """Import a story; one person takes it up, or two."""
        version = make_version(self.cast.project, self.cast.manager, f"{STORY} Again {len(self.stories)}.")
        for person in (self.cast.annotator, self.cast.other_annotator)[: 1 + shared]:
            self.stories.append(make_assignment(version, person))
            self.status[self.stories[-1].pk] = "assigned"

    def may_edit(self, story: Assignment) -> bool:
        """Whether its annotator may change it."""
        return self.status[story.pk] in OPEN and story.version_id not in self.removed

    @rule(number=indexes, words=st.sampled_from(WORDS), name=st.sampled_from([*NAMES, None]))
    def mark(self, number: int, words: str, name: str | None) -> None:
        """Make a quote."""
        story = self.story(number)
        if story.version_id in self.removed:
            return
        speaker = {"speaker": NewSpeaker(name)} if name else {}
        made = self.attempt(
            make_quote,
            allowed=self.may_edit(story),
            assignment=story,
            user=self.annotator(story),
            content=words,
            **speaker,
        )
        if isinstance(made, Quote):
            self.status[story.pk] = "in_progress" if self.status[story.pk] == "assigned" else self.status[story.pk]

    @rule(number=indexes, which=indexes, how=st.sampled_from(["move", "speaker", "label", "note", "delete"]))
    def edit(self, number: int, which: int, how: str) -> None:
        """Change a quote, or delete it."""
        story = self.story(number)
        self._edit(story, self.annotator(story), which, how, allowed=self.may_edit(story))

    def _edit(self, story: Assignment, actor: User, which: int, how: str, *, allowed: bool) -> None:
        found = self.live(story)
        if not found or story.version_id in self.removed:
            return
        quote = found[which % len(found)]
        asked: dict[str, Any] = {"actor": actor, "quote": quote, "revision": quote.revision, "allowed": allowed}
        if how == "delete":
            self.attempt(quotes.delete_quote, **asked)
            return
        parts = {
            "move": {"content": [at(story.version.text, WORDS[which % len(WORDS)])]},
            "speaker": {"speaker": NewSpeaker(NAMES[which % len(NAMES)])},
            "label": {"labels": {"act": ("statement", "denial of it", "demand")[which % 3]}},
            "note": {"note": f"Number {which}."},
        }[how]
        if parts.get("labels") == {"act": "denial of it"}:
            asked["allowed"] = False
        self.attempt(quotes.change_quote, parts=parts, **asked)

    @rule(number=indexes, back=st.booleans())
    def step(self, number: int, back: bool) -> None:
        """Undo or redo."""
        story = self.story(number)
        act = undo.undo if back else undo.redo
        allowed = None if self.may_edit(story) else False
        self.attempt(act, allowed=allowed, actor=self.annotator(story), assignment=story, revision=story.revision)
        self.status[story.pk] = self.story(number).status

    def move(
        self, number: int, act: Callable[..., Any], actor: User, before: set[str], after: str, **asked: Any
    ) -> Any:
        """Change the status of a story, which is done from some and refused from all others."""
        story = self.story(number)
        gone = story.version_id in self.removed and after != "in_progress"
        allowed = self.status[story.pk] in before and not gone
        if after == "submitted" and act is reviews.withdraw_approval:
            allowed = self.status[story.pk] in before
        done = self.attempt(act, allowed=allowed, actor=actor, assignment=story, revision=story.revision, **asked)
        if allowed:
            self.status[story.pk] = after
        return done

    @rule(number=indexes)
    def submit(self, number: int) -> None:
        """Hand in."""
        self.move(number, submit_assignment, self.annotator(self.story(number)), OPEN, "submitted")

    @rule(number=indexes)
    def reopen(self, number: int) -> None:
        """Take back."""
        self.move(number, reopen_assignment, self.annotator(self.story(number)), {"submitted"}, "in_progress")

    @rule(number=indexes, who=indexes)
    def return_story(self, number: int, who: int) -> None:
        """Return."""
        act = reviews.return_assignment
        self.move(number, act, self.reviewer(who), {"submitted"}, "returned", note="Look again.")

    @rule(number=indexes, who=indexes)
    def approve(self, number: int, who: int) -> None:
        """Approve; the only reading becomes gold, with what was corrected in it."""
        story = self.story(number)
        review = story.open_review
        read = self._contents(review.copy if review and review.copy else story)
        self.move(number, reviews.approve_assignment, self.reviewer(who), {"submitted"}, "approved")
        gold = Assignment.objects.filter(version=story.version, status="gold").first()
        if gold is not None and story.version_id not in self.gold:
            self.gold[story.version_id] = read

    @rule(number=indexes, who=indexes, words=st.sampled_from(WORDS), how=st.sampled_from(["move", "note", "delete"]))
    def finish(self, number: int, who: int, words: str, how: str) -> None:
        """Go all the way to an approval: by chance alone few stories would become gold."""
        self.mark(number, words, NAMES[0])
        self.submit(number)
        self.correct(number, who, number, how)
        self.approve(number, who)

    @rule(number=indexes, who=indexes)
    def withdraw(self, number: int, who: int) -> None:
        """Take an approval back."""
        story = self.story(number)
        self.move(number, reviews.withdraw_approval, self.reviewer(who), {"approved"}, "submitted")
        if not Assignment.objects.filter(version=story.version, status="gold").exists():
            self.gold.pop(story.version_id, None)

    @rule(number=indexes, who=indexes, which=indexes, how=st.sampled_from(["move", "speaker", "note", "delete", "add"]))
    def correct(self, number: int, who: int, which: int, how: str) -> None:
        """Correct a story in its copy."""
        story, actor = self.story(number), self.reviewer(who)
        allowed = self.status[story.pk] == "submitted" and story.version_id not in self.removed
        read = self._contents(story)
        copy = self.attempt(
            reviews.start_correction, allowed=allowed, actor=actor, assignment=story, revision=story.revision
        )
        if allowed and how == "add":
            self.attempt(make_quote, allowed=True, assignment=copy, user=actor, content=WORDS[which % len(WORDS)])
        elif allowed:
            self._edit(copy, actor, which, how, allowed=True)
        assert self._contents(story) == read

    @rule(number=indexes, which=indexes)
    def adopt(self, number: int, which: int) -> None:
        """Take a correction in."""
        story = self.story(number)
        review = story.reviews.exclude(outcome="").select_related("copy").last()
        found = corrections_in(review.copy) if review and review.copy else []
        if not found or review is None:
            return
        self.attempt(
            adopt_correction,
            allowed=None if self.may_edit(story) else False,
            actor=self.annotator(story),
            assignment=story,
            copy=review.copy,
            key=found[which % len(found)].key,
            revision=story.revision,
        )
        self.status[story.pk] = self.story(number).status

    @rule(number=indexes, which=indexes, who=indexes)
    def judge(self, number: int, which: int, who: int) -> None:
        """Say that a quote is right."""
        story = self.story(number)
        found = self.live(story)
        if found:
            quote = found[which % len(found)]
            quote.assignment = story
            self.attempt(
                reviews.judge_quote,
                allowed=self.status[story.pk] == "submitted" and story.version_id not in self.removed,
                actor=self.reviewer(who),
                quote=quote,
                revision=story.revision,
                quote_revision=quote.revision,
            )

    @rule(number=indexes, who=indexes)
    def comment(self, number: int, who: int) -> None:
        """Say something."""
        story = self.story(number)
        allowed = story.version_id not in self.removed
        self.attempt(write_comment, allowed=allowed, actor=self.reviewer(who), assignment=story, text="Look, @manager.")

    @rule(one=indexes, other=indexes, back=st.booleans())
    def merge(self, one: int, other: int, back: bool) -> None:
        """Merge two speakers, or part them again."""
        rows = list(Speaker.objects.filter(project=self.cast.project).order_by("pk"))
        if rows:
            speaker, into = rows[one % len(rows)], rows[other % len(rows)]
            asked: dict[str, Any] = {"actor": self.cast.manager, "speaker": speaker, "revision": speaker.revision}
            self.attempt(unmerge_speaker, **asked) if back else self.attempt(merge_speakers, into=into, **asked)

    @precondition(lambda self: len(self.stories) > 1)
    @rule(number=indexes, sure=st.integers(0, 9))
    def remove(self, number: int, sure: int) -> None:
        """Remove a story for good; seldom, or nothing would be left to do."""
        story = self.story(number)
        if sure:
            return
        self.attempt(
            remove_article,
            allowed=story.version_id not in self.removed,
            actor=self.cast.manager,
            article=story.version.article,
            reason="court order",
        )
        self.removed.add(story.version_id)
        self.gold.pop(story.version_id, None)

    def _contents(self, assignment: Assignment) -> list[Any]:
        states = quote_states(Quote.objects.live().filter(assignment=assignment)).values()
        return [[one["content"], one["speaker"], one.get("note", "")] for one in states]

    @invariant()
    def the_desk_is_what_its_history_says(self) -> None:
        """All checks of the desk hold, and each story stands as the model says."""
        assert healthy()
        pks = list(self.status)
        assert dict(Assignment.objects.filter(pk__in=pks).values_list("pk", "status")) == self.status

    @invariant()
    def gold_is_what_was_approved(self) -> None:
        """At most one for each version, with the quotes that were read, and an export of it says the same."""
        gold = Assignment.objects.filter(status="gold").exclude(version__in=self.removed)
        found = {one.version_id: self._contents(one) for one in gold}
        assert len(found) == gold.count()
        assert found == self.gold
        lines = list(jsonl_v1.lines(assignment_records(gold.all(), self.cast.project.pk)))
        exported = [[one["content"] for one in json.loads(line)["quotes"]] for line in lines]
        assert sorted(map(str, exported)) == sorted(str([one[0] for one in quotes]) for quotes in found.values())

    @invariant()
    def agreement_compares_what_people_did_alone(self) -> None:
        """Neither gold nor a copy is among what is compared."""
        alone = Quote.objects.live().filter(assignment__annotator__isnull=False).values_list("key", flat=True)
        of_project = Assignment.objects.filter(project=self.cast.project)
        for story in read(select(of_project, self.cast.project, Question()), using=DEFAULT_DB_ALIAS):
            assert len(story.assignments) == 2
            assert {quote.key for one in story.assignments for quote in one.quotes} <= set(alone)


def test_whatever_people_do_in_whatever_order(cast: Cast) -> None:
    machine: Any = type("Desk", (Desk,), {"cast": cast})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            # A shorter sequence is worth little of a busy machine's time: the failing one is told as it is.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
