"""The table of the cache, in which the delays of sign-in are counted.

Django makes it with a command of its own. As a migration nobody can forget it: without
the table every attempt to sign in would be an error.
"""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0001_initial")]

    # The table stays when this is undone: it holds nothing that lasts longer than some minutes.
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
