"""``python -m tests.backup_desk STORIES`` makes a desk that has everything once, in the database of DATABASE_URL.

It prints the names of the tables that have rows, and of those that might. So many large stories make it take a while
to be written and read.
"""

from __future__ import annotations

import json
import os
import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.db import transaction


def main(stories: int) -> None:
    """Make everything anew."""
    django.setup()
    call_command("migrate", verbosity=0)
    # Models exist only once Django is set up.
    from annotations.models import Task  # noqa: PLC0415
    from annotations.services import articles, deliveries, whole_desk  # noqa: PLC0415
    from tests.world import make_world  # noqa: PLC0415

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with transaction.atomic():
        cast = make_world().cast
        deliveries.publish(actor=cast.manager, delivery=deliveries.delivery_of(Task.objects.all()[0]))
        call_command("load_sample", stdout=sys.stderr)
        for number in range(stories):
            words = f"Café {number}\r\n{os.urandom(100_000).hex()} \U0001f6a2"
            articles.import_article(actor=cast.manager, project=cast.project, data=words.encode())
    moving = whole_desk.moving_models()
    found = {model._meta.db_table: model._base_manager.exists() for model in moving}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
