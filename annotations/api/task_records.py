"""Tasks as the API answers them."""

from __future__ import annotations

from annotations.api.components import FLAG, ID, KEY, TEXT
from annotations.api.shapes import Shape, choice, nullable, optional_record, record, whole
from annotations.exports.records import Record
from annotations.models import Membership, Task
from annotations.services.task_leases import MOST_ATTEMPTS, is_worker_there
from annotations.tasks.results import shown_result, withheld

MOMENT: Shape = {"type": "string", "format": "date-time"}
COUNT = whole(most=ID["maximum"])

TASK: dict[str, Shape] = {
    "id": KEY,
    "kind": choice(Task.Kind.values),
    "arguments": {"type": "object", "description": "What was asked for."},
    "state": choice(Task.State.values),
    "reason": nullable({"type": "string", "description": "Why it failed."}),
    "done": COUNT,
    "total": nullable({**COUNT, "description": "Null while nobody knows."}),
    "message": TEXT,
    "attempts": whole(most=MOST_ATTEMPTS),
    "asked_by": {"type": "string", "description": "A user name."},
    "asked": MOMENT,
    "started": nullable(MOMENT),
    "finished": nullable(MOMENT),
    "result": nullable({"type": "object", "description": "Of a task that is done, and that you may see."}),
    "result_withheld": nullable({"type": "string", "description": "Why there is a result that you do not see."}),
    "worker_running": {**FLAG, "description": "Whether any worker runs: without one, tasks only wait."},
}
RECORDS: dict[str, Shape] = {"Task": record(TASK), "TaskInList": optional_record(TASK)}


def task_records(membership: Membership, tasks: list[Task]) -> list[Record]:
    """Return tasks as the member sees them."""
    there = is_worker_there()
    return [{**_record(membership, task), "worker_running": there} for task in tasks]


def _record(membership: Membership, task: Task) -> Record:
    return {
        "id": task.key,
        "kind": task.kind,
        "arguments": task.arguments,
        "state": task.state,
        "reason": task.reason or None,
        "done": task.done,
        "total": task.total,
        "message": task.message,
        "attempts": task.attempts,
        "asked_by": task.asked_by.username,
        "asked": task.created_at.isoformat(),
        "started": task.started_at.isoformat() if task.started_at else None,
        "finished": task.finished_at.isoformat() if task.finished_at else None,
        "result": shown_result(membership, task),
        "result_withheld": (withheld(membership, task) or None) if task.result is not None else None,
    }
