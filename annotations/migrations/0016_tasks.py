"""Background tasks, what happened to them, and the workers that run them."""

import annotations.models.fields
import annotations.models.tasks
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0015_left_out'),
    ]

    operations = [
        migrations.CreateModel(
            name='TaskWorker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', annotations.models.fields.Key(default=annotations.models.tasks.new_task_key, max_length=100)),
                ('gesture', models.CharField(max_length=64)),
                ('fingerprint', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('import', 'import'), ('export', 'export'), ('release', 'release'), ('verify', 'verification'), ('statistics', 'statistics')], max_length=20)),
                ('arguments', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='queued', max_length=20)),
                ('reason', models.TextField(blank=True, help_text='Why it failed, for people.')),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(blank=True, help_text='Null while nobody knows.', null=True)),
                ('message', models.CharField(blank=True, max_length=200)),
                ('checkpoint', models.JSONField(default=dict)),
                ('result', models.JSONField(blank=True, null=True)),
                ('worker', models.CharField(blank=True, max_length=64)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('is_cleared', models.BooleanField(default=False, help_text='What it had begun is cleared away.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='annotations.project')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='TaskEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('asked', 'asked for it'), ('started', 'started'), ('lost', 'lost its worker'), ('handed back', 'was handed back'), ('cancelled', 'cancelled it'), ('retried', 'asked for it again'), ('done', 'done'), ('failed', 'failed')], max_length=20)),
                ('attempt', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField()),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='annotations.task')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['state', 'lease_until'], name='task_state'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.UniqueConstraint(fields=('project', 'key'), name='task_key_once'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.UniqueConstraint(fields=('asked_by', 'gesture'), name='task_gesture_once'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'running')), ('state__in', ['cancelled', 'failed']), models.Q(('lease_until__isnull', True), ('state__in', ['queued', 'done'])), _connector='OR'), name='task_lease'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), ('state', 'failed'), _negated=True), name='task_failed_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['import', 'export', 'release', 'verify', 'statistics'])), name='task_kind'),
        ),
    ]
