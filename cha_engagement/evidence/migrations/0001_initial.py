import cha_engagement.evidence.models
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('staff', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_length', models.PositiveIntegerField(default=0, editable=False)),
                ('reference', models.CharField(editable=False, max_length=20, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('file', models.FileField(upload_to=cha_engagement.evidence.models.evidence_path)),
                ('original_name', models.CharField(max_length=200)),
                ('content_type', models.CharField(max_length=200)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('summary', models.CharField(max_length=200, verbose_name='what it shows')),
                ('sealed_reason', models.CharField(blank=True, max_length=200, verbose_name='why it is kept sealed')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalEvidence',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event', models.CharField(blank=True, max_length=40)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('seals', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('history_length', models.PositiveIntegerField(default=0, editable=False)),
                ('reference', models.CharField(db_index=True, editable=False, max_length=20)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('file', models.TextField(max_length=100)),
                ('original_name', models.CharField(max_length=200)),
                ('content_type', models.CharField(max_length=200)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('summary', models.CharField(max_length=200, verbose_name='what it shows')),
                ('sealed_reason', models.CharField(blank=True, max_length=200, verbose_name='why it is kept sealed')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploaded_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical evidence',
                'verbose_name_plural': 'historical evidences',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
