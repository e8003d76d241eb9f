"""What an import in the background brings is marked, and hidden until all of it is there."""

import django.db.models.deletion
from django.db import migrations, models

# Each kind of row that an import may bring, and the name of the index of those that one brought.
DELIVERED = {
    "annotator": "annotator_delivery",
    "article": "article_delivery",
    "articleversion": "version_delivery",
    "assignment": "assignment_delivery",
    "change": "change_delivery",
    "claim": "claim_delivery",
    "quote": "quote_delivery",
    "speaker": "speaker_delivery",
}


class Migration(migrations.Migration):

    dependencies = [
        ("annotations", "0018_scores"),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.project')),
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='delivery', to='annotations.task')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        *(
            migrations.AddField(
                model_name=name,
                name='delivery',
                field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotations.delivery'),
            )
            for name in DELIVERED
        ),
        *(
            migrations.AddIndex(
                model_name=name,
                index=models.Index(condition=models.Q(('delivery__isnull', False)), fields=['delivery'], name=index),
            )
            for name, index in DELIVERED.items()
        ),
    ]
