"""What the commands that let a member of a project do one of several acts have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from annotations.access import get_membership
from annotations.models import Membership, User
from annotations.services.errors import ServiceError

Act = Callable[[Membership, Mapping[str, Any]], Iterator[str]]


class MemberCommand(BaseCommand):
    """A command with the arguments ``project``, ``user`` and ``act``: each act yields the lines that it prints."""

    acts: ClassVar[Mapping[str, Act]]

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. What the member may not do, or what cannot be, is said without a traceback."""
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user “{options['user']}”.")
        try:
            member = get_membership(user, options["project"])
            for line in self.acts[options["act"]](member, options):
                self.stdout.write(line)
        except ServiceError as error:
            raise CommandError(error.message) from error
        except (Http404, PermissionDenied) as refused:
            raise CommandError(f"{options['user']}: {refused}") from refused
