"""Queues hand out stories; an assignment can be given back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0010_label_sets'),
    ]

    operations = [
        migrations.CreateModel(
            name='Queue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('overlap', models.PositiveSmallIntegerField(default=1, verbose_name='readers of each story')),
                ('sampled_percent', models.PositiveSmallIntegerField(default=0, verbose_name='share of stories with more readers')),
                ('sampled_overlap', models.PositiveSmallIntegerField(default=2, verbose_name='readers of a story in that share')),
                ('order', models.CharField(choices=[('imported', 'as they were imported'), ('oldest', 'oldest first'), ('newest', 'newest first'), ('outlet', 'by outlet'), ('random', 'at random')], default='imported', max_length=20, verbose_name='order')),
                ('seed', models.PositiveIntegerField(default=1, verbose_name='seed')),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='days until an abandoned story returns')),
            ],
        ),
        migrations.AddField(
            model_name='assignment',
            name='left',
            field=models.CharField(blank=True, choices=[('skipped', 'skipped'), ('abandoned', 'abandoned'), ('handed_over', 'handed over')], max_length=20, verbose_name='given back'),
        ),
        migrations.AddField(
            model_name='membership',
            name='takes_stories',
            field=models.BooleanField(default=True, verbose_name='gets stories from the queue'),
        ),
        migrations.AlterField(
            model_name='change',
            name='action',
            field=models.CharField(choices=[('create', 'made'), ('change', 'changed'), ('delete', 'deleted'), ('undo', 'undid'), ('redo', 'redid'), ('import', 'imported'), ('assign', 'assigned'), ('submit', 'submitted'), ('reopen', 'reopened'), ('leave', 'gave back'), ('resume', 'took up again'), ('merge', 'merged'), ('unmerge', 'took a merge back'), ('remove', 'removed')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('left', ''), models.Q(('left__in', ['skipped', 'abandoned', 'handed_over']), ('status__in', ['assigned', 'in_progress', 'returned'])), _connector='OR'), name='assignment_left'),
        ),
        migrations.AddField(
            model_name='queue',
            name='project',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='queue', to='annotations.project'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('overlap__range', (1, 6)), ('sampled_overlap__range', (1, 6)), ('order__in', ['imported', 'oldest', 'newest', 'outlet', 'random']), ('sampled_percent__lte', 100)), name='queue_in_range'),
        ),
    ]
