"""``python -m tests.script_desk`` makes a desk for the scripts of the documents, and prints a token of its manager."""

from __future__ import annotations

import sys

import django
from django.core.management import call_command


def main() -> None:
    """Make a project with a story and its gold, and an empty one."""
    django.setup()
    call_command("migrate", verbosity=0)
    # Models exist only once Django is set up.
    from annotations.models import Role  # noqa: PLC0415
    from annotations.services import assignments, members, reviews, tokens  # noqa: PLC0415
    from tests.cast import make_project, make_user  # noqa: PLC0415
    from tests.factories import make_assignment, make_quote, make_version  # noqa: PLC0415

    manager, reader = make_user("manager"), make_user("reader")
    for slug in ("desk", "corpus"):
        project = make_project(slug, slug)
        members.add_member(actor=None, project=project, user=manager, role=Role.MANAGER)
        if slug == "desk":
            members.add_member(actor=None, project=project, user=reader, role=Role.ANNOTATOR)
            assignment = make_assignment(make_version(project, None, key="bridge"), reader)
            make_quote(assignment, reader, "“The bridge is safe,”", source="Mayor Ada Holt", cue="said")
            assignments.submit_assignment(actor=reader, assignment=assignment, revision=assignment.revision)
            reviews.approve_assignment(actor=manager, assignment=assignment, revision=assignment.revision)
    sys.stdout.write(tokens.create_token(user=manager, name="scripts", scope="write")[1])


if __name__ == "__main__":
    main()
