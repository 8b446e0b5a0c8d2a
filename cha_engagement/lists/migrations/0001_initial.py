import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('staff', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list_code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=60)),
                ('query', models.TextField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='saved_filters', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'permissions': [('export', 'Can take a list away as a file')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'list_code', 'name'), name='one_saved_filter_a_name')],
            },
        ),
    ]
