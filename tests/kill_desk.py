"""``python -m tests.kill_desk PEOPLE LINES`` makes the desk of ``test_kill`` in the database of DATABASE_URL.

It prints, for each person, a token that writes and the number of their assignment of one long story.
"""

from __future__ import annotations

import json
import sys

import django
from django.core.management import call_command


def line(number: int) -> str:
    """Return one paragraph of the story; its content is a quote of its own."""
    return f"“Pier {number} is safe,” said Mayor Ada Holt."


def main(people: int, lines: int) -> None:
    """Make everything anew."""
    django.setup()
    call_command("migrate", verbosity=0)
    # Models exist only once Django is set up.
    from annotations.services import members, tokens  # noqa: PLC0415
    from tests.cast import make_project, make_user  # noqa: PLC0415
    from tests.factories import make_assignment, make_version  # noqa: PLC0415

    from annotations.models import Role  # noqa: PLC0415  isort: skip

    project = make_project("desk", "City desk")
    version = make_version(project, None, "\n\n".join(map(line, range(lines))))
    made = []
    for number in range(people):
        user = make_user(f"writer-{number}")
        members.add_member(actor=None, project=project, user=user, role=Role.ANNOTATOR)
        token = tokens.create_token(user=user, name="writing", scope="write")[1]
        made.append({"token": token, "assignment": make_assignment(version, user).pk})
    sys.stdout.write(json.dumps(made))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
