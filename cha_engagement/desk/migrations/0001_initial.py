import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('staff', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='TypedDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=500)),
                ('answers', models.BinaryField()),
                ('kept_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'path'), name='one_typed_draft_a_page')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('model', models.CharField(max_length=60)),
                ('record', models.PositiveBigIntegerField()),
                ('history', models.PositiveBigIntegerField()),
                ('event', models.CharField(max_length=40)),
                ('reference', models.CharField(max_length=20)),
                ('text', models.TextField(blank=True)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-at', '-model', '-history'], name='event_newest'), models.Index(fields=['model', 'record'], name='event_record')],
                'constraints': [models.UniqueConstraint(fields=('model', 'history'), name='event_once')],
            },
        ),
    ]
