"""The guidelines of a project are its newest version."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0012_guidelines'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='project',
            name='guidelines',
        ),
    ]
