"""Kinds of tasks that only tests have, and running them without a process."""

from __future__ import annotations

from annotations.exports.records import Record
from annotations.models import Task
from annotations.services.task_leases import claim_next
from annotations.tasks.kinds import Kind, Run
from annotations.tasks.running import run_task


def counting(run: Run) -> Record:
    """Count to the number that was asked for, a step at a time."""
    most = run.arguments.get("to", 3)
    for number in range(run.checkpoint.get("reached", 0), most):
        with run.step(number + 1, most, f"at {number + 1}", checkpoint={"reached": number + 1}):
            pass
    return {"reached": most}


def run_next(kind: Kind, *, worker: str = "one") -> Task | None:
    """Take the next task, run it as ``kind``, and return it as it stands then."""
    task = claim_next(worker)
    if task is not None:
        run_task(task, dict.fromkeys(Task.Kind.values, kind))
        task.refresh_from_db()
    return task
