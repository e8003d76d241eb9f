"""Configuration of the app."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from annotations import triggers
from annotations.checks import check_sqlite, check_triggers


class AnnotationsConfig(AppConfig):
    """The one app of newsnotes."""

    name = "annotations"
    verbose_name = "annotations"

    def ready(self) -> None:
        """Take the triggers off before every ``migrate``, put them on after it, and register our checks."""
        pre_migrate.connect(_take_off_triggers, sender=self)
        post_migrate.connect(_put_on_triggers, sender=self)
        # The tag keeps these out of commands that need no database; migrate and start-up run them.
        register(check_sqlite, Tags.database)
        register(check_triggers, Tags.database)


def _take_off_triggers(using: str, **_: Any) -> None:
    triggers.take_off(connections[using])


def _put_on_triggers(using: str, **_: Any) -> None:
    triggers.put_on(connections[using])
