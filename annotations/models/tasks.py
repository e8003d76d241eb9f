"""Work that takes longer than a request: what was asked for, how far it is, and who is at work."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.fields import Key, new_key
from annotations.models.projects import Project


def new_task_key() -> str:
    """Return a fresh key of a task."""
    return new_key("task")


class Task(models.Model):
    """One piece of long work.

    While it runs it is leased to one worker: who does not renew the lease in time has lost it, and another worker takes
    the task up again. All moments but ``created_at`` are those of the clock of the database, which all workers share.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("import")
        EXPORT = "export", _("export")
        RELEASE = "release", _("release")
        VERIFY = "verify", _("verification")
        STATISTICS = "statistics", _("statistics")

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    ENDED = (State.DONE, State.FAILED, State.CANCELLED)
    OPEN = (State.QUEUED, State.RUNNING)

    project = models.ForeignKey(Project, models.PROTECT, related_name="tasks")
    key = Key(default=new_task_key)
    asked_by = models.ForeignKey("annotations.User", models.PROTECT, related_name="tasks")
    # The idempotency key of the request that asked for it, and a hash of what that was.
    gesture = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=20, choices=Kind)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    reason = models.TextField(blank=True, help_text=_("Why it failed, for people."))

    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True, help_text=_("Null while nobody knows."))
    message = models.CharField(max_length=200, blank=True)
    # How far the steps that are written came, so that another attempt goes on from there.
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(null=True, blank=True)

    worker = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Also of a cancelled task until its worker has noticed, and of one whose beginnings are being cleared away.
    lease_until = models.DateTimeField(null=True, blank=True)
    is_cleared = models.BooleanField(default=False, help_text=_("What it had begun is cleared away."))

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "lease_until"], name="task_state")]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="task_key_once"),
            models.UniqueConstraint(fields=["asked_by", "gesture"], name="task_gesture_once"),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | Q(state__in=["cancelled", "failed"])
                | Q(state__in=["queued", "done"], lease_until__isnull=True),
                name="task_lease",
            ),
            models.CheckConstraint(condition=~Q(state="failed", reason=""), name="task_failed_for_a_reason"),
            models.CheckConstraint(
                condition=Q(kind__in=["import", "export", "release", "verify", "statistics"]), name="task_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in self.ENDED

    @property
    def percent(self) -> int | None:
        """How far it is, from 0 to 100; None while nobody knows."""
        if self.state == self.State.DONE:
            return 100
        return min(100, 100 * self.done // self.total) if self.total else None


class TaskEvent(models.Model):
    """What happened to a task, and who did it: the history of it."""

    class Action(models.TextChoices):
        ASKED = "asked", _("asked for it")
        STARTED = "started", _("started")
        LOST = "lost", _("lost its worker")
        HANDED_BACK = "handed back", _("was handed back")
        CANCELLED = "cancelled", _("cancelled it")
        RETRIED = "retried", _("asked for it again")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    task = models.ForeignKey(Task, models.PROTECT, related_name="events")
    action = models.CharField(max_length=20, choices=Action)
    # Null where it was the program.
    actor = models.ForeignKey("annotations.User", models.PROTECT, null=True, blank=True, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.action}"


class TaskWorker(models.Model):
    """A process that runs tasks, for as long as it lives: its row goes with it, or after it."""

    name = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
