import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0001_initial'),
        ('letters', '0001_initial'),
        ('restrictions', '0001_initial'),
        ('staff', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_length', models.PositiveIntegerField(default=0, editable=False)),
                ('reference', models.CharField(editable=False, max_length=20, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('status', models.CharField(choices=[('suggested', 'Not answered yet'), ('confirmed', 'Against it'), ('dismissed', 'Not against it')], default='suggested', max_length=10)),
                ('settled_at', models.DateTimeField(null=True)),
                ('not_told_reason', models.TextField(blank=True, max_length=10000, verbose_name='why the customer is not told now')),
                ('objection', models.TextField(blank=True, max_length=10000, verbose_name='what the customer says is wrong')),
                ('answer', models.TextField(blank=True, max_length=10000, verbose_name='what you found, and why')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='contacts.contact')),
                ('letters', models.ManyToManyField(blank=True, related_name='breaches', to='letters.letter')),
                ('restriction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='restrictions.restriction')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'breaches',
                'indexes': [models.Index(condition=models.Q(('status', 'suggested')), fields=['created_at'], name='breach_suggested')],
                'constraints': [models.UniqueConstraint(fields=('restriction', 'contact'), name='breach_once'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None), ('status', 'suggested')), models.Q(models.Q(('status', 'suggested'), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='breach_settled_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalBreach',
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
                ('why', models.CharField(blank=True, max_length=200)),
                ('status', models.CharField(choices=[('suggested', 'Not answered yet'), ('confirmed', 'Against it'), ('dismissed', 'Not against it')], default='suggested', max_length=10)),
                ('settled_at', models.DateTimeField(null=True)),
                ('not_told_reason', models.TextField(blank=True, max_length=10000, verbose_name='why the customer is not told now')),
                ('objection', models.TextField(blank=True, max_length=10000, verbose_name='what the customer says is wrong')),
                ('answer', models.TextField(blank=True, max_length=10000, verbose_name='what you found, and why')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('contact', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='contacts.contact')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('restriction', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='restrictions.restriction')),
                ('settled_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical breach',
                'verbose_name_plural': 'historical breaches',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBreach_letters',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('breach', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='breaches.breach')),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='breaches.historicalbreach')),
                ('letter', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='letters.letter')),
            ],
            options={
                'verbose_name': 'HistoricalBreach_letters',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
