"""Guidelines have versions, quotes the version they were made under, clauses examples."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def copy_guidelines(apps, schema_editor):
    """What a project has is its first version; who has worked there has worked under it."""
    project_of, version_of, membership_of, assignment_of, change_of = (
        apps.get_model("annotations", name).objects.using(schema_editor.connection.alias)
        for name in ("Project", "GuidelinesVersion", "Membership", "Assignment", "Change")
    )
    for project in project_of.order_by("pk"):
        if project.guidelines:
            written = change_of.filter(project=project, subject_kind="project", after__has_key="guidelines")
            last = written.order_by("-pk").first()
            author = last.actor_id if last else None
            made = version_of.create(project=project, number=1, text=project.guidelines, author_id=author)
            if last:
                version_of.filter(pk=made.pk).update(created_at=last.created_at)
        begun = assignment_of.filter(project=project).exclude(status="assigned")
        membership_of.filter(project=project, user__in=begun.values("annotator__user")).update(
            guidelines_seen=1 if project.guidelines else 0
        )


def copy_back(apps, schema_editor):
    """The newest version stays."""
    versions = apps.get_model("annotations", "GuidelinesVersion").objects.using(schema_editor.connection.alias)
    for version in versions.order_by("number").select_related("project"):
        version.project.guidelines = version.text
        version.project.save(update_fields=["guidelines"])


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0011_queues'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='guidelines_seen',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='change',
            name='subject_kind',
            field=models.CharField(choices=[('project', 'project'), ('membership', 'membership'), ('article', 'article'), ('assignment', 'assignment'), ('quote', 'quote'), ('speaker', 'speaker'), ('claim', 'claim'), ('label_set', 'label set'), ('example', 'example')], max_length=20),
        ),
        migrations.CreateModel(
            name='GuidelinesVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('text', models.TextField(blank=True, help_text='In Markdown.', verbose_name='guidelines')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guidelines_versions', to='annotations.project')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.AddField(
            model_name='quote',
            name='guidelines',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='annotations.guidelinesversion'),
        ),
        migrations.AddField(
            model_name='quote',
            name='guidelines_named',
            field=models.CharField(blank=True, default='', max_length=30),
        ),
        migrations.CreateModel(
            name='GuidelinesExample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clause', models.CharField(max_length=100, verbose_name='clause')),
                ('is_good', models.BooleanField(default=True, verbose_name='shows how it is done')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guidelines_examples', to='annotations.project')),
                ('quote', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='examples', to='annotations.quote')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('quote', 'clause'), name='guidelines_example_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='guidelinesversion',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='guidelines_version_once'),
        ),
        migrations.AddConstraint(
            model_name='guidelinesversion',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='guidelines_version_number'),
        ),
        # In a migration of its own the column goes: PostgreSQL alters no table that has just been written to.
        migrations.RunPython(copy_guidelines, copy_back),
    ]
