from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0004_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='articleversion',
            name='search_text',
            field=models.TextField(blank=True, db_default='', editable=False),
        ),
    ]
