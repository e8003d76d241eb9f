"""Show and set how a project hands out its stories, tell how far it is, hand a story over."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from annotations.access import Act, annotating_members, get_assignment, get_membership
from annotations.models import Membership, Queue, User
from annotations.reports.progress import newest_stories, progress_record, story_records
from annotations.services.errors import ServiceError
from annotations.services.handing_out import hand_over
from annotations.services.queues import QueueSettings, change_queue, seen_mark, settings_of

NUMBERS = {
    "overlap": "how many read each story",
    "sampled_percent": "the share of stories that more people read",
    "sampled_overlap": "how many read those",
    "seed": "draws the share and the random order",
    "days": "without work, until a story returns; 0 is never",
}


class Command(BaseCommand):
    """Look after a queue."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, who asks, and what to do."""
        parser.add_argument("project", metavar="PROJECT", help="short name of the project")
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="a manager of the project")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("show", help="show how stories are handed out, and to whom")
        _add_settings(acts.add_parser("set", help="hand stories out; what is not named stays as it is"))
        acts.add_parser("off", help="let everybody choose freely; who has a story keeps it")
        told = acts.add_parser("progress", help="tell how far the project is by person, day and story")
        told.add_argument("--json", action="store_true", help="for programs")
        given = acts.add_parser("hand-over", help="take a story from its annotator and give it to somebody else")
        given.add_argument("assignment", type=int, metavar="NUMBER", help="as progress tells it")
        given.add_argument("--to", required=True, metavar="USER")
        given.add_argument("--reason", required=True, metavar="WORDS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            manager = _manager(options["user"], options["project"])
            for line in ACTS[options["act"]](manager, options):
                self.stdout.write(line)
        except ServiceError as error:
            raise CommandError(error.message) from error
        except (Http404, PermissionDenied) as refused:
            raise CommandError(f"{options['user']}: {refused}") from refused


def _add_settings(parser: argparse.ArgumentParser) -> None:
    for name, told in NUMBERS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", help=told)
    parser.add_argument("--order", choices=Queue.Order.values)
    for name, told in (("give", "gets stories"), ("pause", "gets no new ones")):
        parser.add_argument(f"--{name}", action="append", default=[], metavar="USER", help=f"{told}; one or more")


def _manager(username: str, slug: str) -> Membership:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user “{username}”.")
    return get_membership(user, slug, Act.MANAGE)


def _show(manager: Membership, options: Mapping[str, Any]) -> Iterable[str]:
    settings = settings_of(manager.project)
    if settings is None:
        yield "Everybody chooses stories freely."
        return
    for name, value in asdict(settings).items():
        yield f"{name}: {'never' if value is None else value}"
    for member in annotating_members(manager.project):
        yield f"{member.user.username}: {'gets stories' if member.takes_stories else 'gets none'}"


def _set(manager: Membership, options: Mapping[str, Any]) -> Iterable[str]:
    given = {field.name: options[field.name] for field in fields(QueueSettings) if options[field.name] is not None}
    if given.get("days") == 0:
        given["days"] = None
    takers = {_member(manager, name).pk: gets for act, gets in TAKERS.items() for name in options[act]}
    settings = replace(settings_of(manager.project) or QueueSettings(), **given)
    _change(manager, settings, takers)
    return _show(manager, options)


def _off(manager: Membership, options: Mapping[str, Any]) -> Iterable[str]:
    _change(manager, None, {})
    return _show(manager, options)


def _change(manager: Membership, settings: QueueSettings | None, takers: Mapping[int, bool]) -> None:
    project = manager.project
    change_queue(actor=manager.user, project=project, seen=seen_mark(project), settings=settings, takers=takers)


def _member(manager: Membership, username: str) -> Membership:
    found = next((row for row in annotating_members(manager.project) if row.user.username == username), None)
    if found is None:
        raise CommandError(f"Nobody called “{username}” annotates in this project.")
    return found


def _progress(manager: Membership, options: Mapping[str, Any]) -> Iterable[str]:
    record = progress_record(manager) | {"stories": story_records(manager, newest_stories(manager))}
    if options["json"]:
        yield json.dumps(record, indent=2, ensure_ascii=False)
        return
    done = record["days"][-1]["submitted"] if record["days"] else 0
    yield f"{done} of {record['wanted']} readings submitted"
    yield from _table(
        ("person", "in hand", "submitted", "given back", "minutes a story"), map(_of_person, record["people"])
    )
    yield from _table(("story", "free", "readers"), map(_of_story, record["stories"]))


def _of_person(person: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(person[name] for name in ("user", "in_hand", "submitted", "given_back", "minutes"))


def _of_story(story: Mapping[str, Any]) -> tuple[Any, ...]:
    readers = (
        f"{one['user'] or one['annotator']} {one['left'] or one['status']} ({one['assignment']})"
        for one in story["readers"]
    )
    return story["article"], "gold" if story["gold"] else story["free"], ", ".join(readers)


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterable[str]:
    lines = [head, *(tuple("–" if cell is None else str(cell) for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    yield ""
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _hand_over(manager: Membership, options: Mapping[str, Any]) -> Iterable[str]:
    assignment, to = get_assignment(manager, options["assignment"]), _member(manager, options["to"])
    hand_over(actor=manager.user, assignment=assignment, to=to, reason=options["reason"], revision=assignment.revision)
    yield f"{to.user.username} has “{assignment.version.article.key}” now."


TAKERS = {"give": True, "pause": False}
Do = Callable[[Membership, Mapping[str, Any]], Iterable[str]]
ACTS: dict[str, Do] = {"show": _show, "set": _set, "off": _off, "progress": _progress, "hand-over": _hand_over}
