"""History calls a quote that was brought back to an earlier state by its own name. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0011_queues'),
    ]

    operations = [
        migrations.AlterField(
            model_name='change',
            name='action',
            field=models.CharField(choices=[('create', 'made'), ('change', 'changed'), ('delete', 'deleted'), ('undo', 'undid'), ('redo', 'redid'), ('restore', 'brought back'), ('import', 'imported'), ('assign', 'assigned'), ('submit', 'submitted'), ('reopen', 'reopened'), ('leave', 'gave back'), ('resume', 'took up again'), ('merge', 'merged'), ('unmerge', 'took a merge back'), ('remove', 'removed')], max_length=20),
        ),
    ]
