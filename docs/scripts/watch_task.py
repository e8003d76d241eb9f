"""Start a task and watch it to its end.

    python watch_task.py PROJECT verify

Prints how far it is whenever that changes. The exit status is 0 if it was done, 1 if it failed or was cancelled.
"""

from __future__ import annotations

import sys
import time

from newsnotes_api import Desk, say

project, kind = sys.argv[1:]
desk = Desk(project)
task, shown = desk.ask("POST", "tasks", {"kind": kind}), ""
while True:
    far = f"{task['done']} of {task['total']}" if task["total"] else ""
    note = "" if task["worker_running"] or task["finished"] else "no worker runs: it waits until one does"
    told = " ".join(part for part in (task["state"], far, task["message"], note) if part)
    if told != shown:
        say(shown := told)
    if task["finished"]:
        break
    time.sleep(0.5)
    task = desk.ask("GET", f"tasks/{task['id']}")
say(task["result"] or task["reason"])
sys.exit(0 if task["state"] == "done" else 1)
