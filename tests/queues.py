"""A desk that hands its stories out, for tests."""

from __future__ import annotations

from typing import Any

from annotations.models import ArticleVersion, Assignment, User
from annotations.services.handing_out import next_story
from annotations.services.queues import QueueSettings, change_queue, seen_mark
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import make_quote, make_version


def set_queue(cast: Cast, without: tuple[User, ...] = (), **values: Any) -> None:
    """Let the manager set a queue; everybody gets stories except those named."""
    members = cast.project.memberships.values_list("pk", "user")
    takers = {pk: user not in {one.pk for one in without} for pk, user in members}
    change_queue(
        actor=cast.manager,
        project=cast.project,
        seen=seen_mark(cast.project),
        settings=QueueSettings(**values),
        takers=takers,
    )


def stories(cast: Cast, count: int) -> list[ArticleVersion]:
    """Import some stories."""
    return [make_version(cast.project, cast.manager, f"Story {n}\n\nShe said it {n} times.") for n in range(count)]


def take(cast: Cast, user: User) -> Assignment | None:
    """Press “next story”."""
    return next_story(actor=user, project=cast.project)


def begin(assignment: Assignment, user: User) -> None:
    """Make a quote."""
    make_quote(assignment, user, "said it")


def healthy() -> bool:
    """Whether the desk is what its history says."""
    return list(verify()) == []
