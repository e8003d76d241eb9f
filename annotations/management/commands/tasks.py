"""Show the background tasks of a project, start one, cancel one, or ask for one again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from annotations.access import get_task, visible_tasks
from annotations.management.acts import MemberCommand
from annotations.models import Membership, Task
from annotations.services.task_leases import is_worker_there
from annotations.services.tasks import cancel_task, retry_task
from annotations.tasks import KINDS
from annotations.tasks.results import shown_result
from annotations.tasks.starting import start

SHOWN = 50


class Command(MemberCommand):
    """Look after tasks."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, who asks, and what to do."""
        parser.add_argument("project", metavar="PROJECT", help="short name of the project")
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="a member; managers see all tasks")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help=f"show the last {SHOWN} tasks")
        started = acts.add_parser("start", help="start a task; a worker takes it up")
        started.add_argument("kind", choices=list(KINDS))
        started.add_argument("--argument", action="append", default=[], metavar="NAME=VALUE", help="one or more")
        for act, told in (
            ("show", "print a task with its result, as JSON"),
            ("cancel", "end a task before its end"),
            ("retry", "let a task that failed or was cancelled wait again"),
        ):
            acts.add_parser(act, help=told).add_argument("key", metavar="TASK")


def _list(member: Membership, options: Mapping[str, Any]) -> Iterator[str]:
    if not is_worker_there():
        yield "No worker is running: manage.py worker starts one."
    for task in visible_tasks(member)[:SHOWN]:
        yield _line(task)


def _show(member: Membership, options: Mapping[str, Any]) -> Iterator[str]:
    task = get_task(member, options["key"])
    shown = {"id": task.key, "state": task.state, "reason": task.reason, "result": shown_result(member, task)}
    yield json.dumps(shown, ensure_ascii=False, indent=2)


def _start(member: Membership, options: Mapping[str, Any]) -> Iterator[str]:
    arguments = {}
    for pair in options["argument"]:
        name, sign, value = pair.partition("=")
        if not sign:
            raise CommandError(f"“{pair}” is no argument: write NAME=VALUE.")
        arguments[name] = value
    yield _line(start(membership=member, kind=options["kind"], arguments=arguments))


def _cancel(member: Membership, options: Mapping[str, Any]) -> Iterator[str]:
    yield _line(cancel_task(actor=member.user, task=get_task(member, options["key"])))


def _retry(member: Membership, options: Mapping[str, Any]) -> Iterator[str]:
    yield _line(retry_task(actor=member.user, task=get_task(member, options["key"])))


def _line(task: Task) -> str:
    percent = f" {task.percent} %" if task.state == Task.State.RUNNING and task.percent is not None else ""
    why = f"  {task.reason}" if task.reason else ""
    return f"{task.key}  {task.kind:10}  {task.state}{percent}  {task.asked_by.username}{why}"


Command.acts = {
    "list": _list,
    "show": _show,
    "start": _start,
    "cancel": _cancel,
    "retry": _retry,
}
