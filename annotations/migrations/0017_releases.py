"""Releases: frozen, numbered datasets with their files, and words of history for them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0016_tasks'),
    ]

    operations = [
        migrations.AlterField(
            model_name='change',
            name='action',
            field=models.CharField(choices=[('create', 'made'), ('change', 'changed'), ('delete', 'deleted'), ('undo', 'undid'), ('redo', 'redid'), ('restore', 'brought back'), ('import', 'imported'), ('assign', 'assigned'), ('submit', 'submitted'), ('reopen', 'reopened'), ('leave', 'gave back'), ('resume', 'took up again'), ('copy', 'copied'), ('return', 'returned'), ('approve', 'approved'), ('decide', 'decided'), ('settle', 'made gold'), ('merge', 'merged'), ('unmerge', 'took a merge back'), ('remove', 'removed'), ('publish', 'published'), ('withdraw', 'withdrew')], max_length=20),
        ),
        migrations.AlterField(
            model_name='change',
            name='subject_kind',
            field=models.CharField(choices=[('project', 'project'), ('membership', 'membership'), ('article', 'article'), ('assignment', 'assignment'), ('quote', 'quote'), ('speaker', 'speaker'), ('claim', 'claim'), ('label_set', 'label set'), ('verdict', 'verdict'), ('comment', 'comment'), ('decision', 'decision'), ('example', 'example'), ('release', 'release')], max_length=20),
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='number')),
                ('asked', models.JSONField(help_text='What was asked for: title, filters, splits and their seed.')),
                ('summary', models.JSONField(default=dict, help_text='What it holds: counts, shares, agreement.')),
                ('as_of_change', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, help_text='Of the list of the checksums of all its files.', max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to=settings.AUTH_USER_MODEL)),
                ('guidelines', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.guidelinesversion')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='annotations.project')),
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='release', to='annotations.task')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='annotations.removal')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='ReleaseFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('bytes', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(max_length=64)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='annotations.release')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReleasePiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('data', models.BinaryField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='annotations.releasefile')),
            ],
            options={
                'ordering': ['file_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ReleaseStory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('split', models.CharField(max_length=10)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stories', to='annotations.release')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.articleversion')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='release_number_once'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', True), ('published_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('number__gte', 1), ('published_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='release_published_whole'),
        ),
        migrations.AddConstraint(
            model_name='releasefile',
            constraint=models.UniqueConstraint(fields=('release', 'name'), name='release_file_once'),
        ),
        migrations.AddConstraint(
            model_name='releasepiece',
            constraint=models.UniqueConstraint(fields=('file', 'number'), name='release_piece_once'),
        ),
        migrations.AddConstraint(
            model_name='releasestory',
            constraint=models.UniqueConstraint(fields=('release', 'version'), name='release_story_once'),
        ),
    ]
