"""Label sets can be hidden, and have a history."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0009_alike_apostrophes'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='speaker',
            options={'ordering': ['label_folded', 'key']},
        ),
        migrations.AddField(
            model_name='labelset',
            name='is_active',
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name='change',
            name='subject_kind',
            field=models.CharField(choices=[('project', 'project'), ('membership', 'membership'), ('article', 'article'), ('assignment', 'assignment'), ('quote', 'quote'), ('speaker', 'speaker'), ('claim', 'claim'), ('label_set', 'label set')], max_length=20),
        ),
    ]
