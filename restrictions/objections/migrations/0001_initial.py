import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('breaches', '0001_initial'),
        ('customers', '0001_initial'),
        ('staff', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalObjection',
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
                ('about', models.CharField(choices=[('note', 'The note for staff'), ('counted', 'Contact that we count against them')], max_length=10, verbose_name='what they object to')),
                ('received_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='when they told us')),
                ('objection', models.TextField(max_length=10000, verbose_name='what they say is wrong')),
                ('outcome', models.CharField(blank=True, choices=[('changed', 'They are right: we have put it right'), ('partly', 'They are right in part, and we have changed that'), ('stays', 'It stays as it is')], max_length=10, verbose_name='what follows')),
                ('answer', models.TextField(blank=True, max_length=10000, verbose_name='what you found, and how you told them')),
                ('answered_on', models.DateField(null=True, verbose_name='answered on')),
                ('status', models.CharField(choices=[('open', 'To be answered'), ('answered', 'Answered')], default='open', max_length=10)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('answered_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical objection',
                'verbose_name_plural': 'historical objections',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_length', models.PositiveIntegerField(default=0, editable=False)),
                ('reference', models.CharField(editable=False, max_length=20, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('about', models.CharField(choices=[('note', 'The note for staff'), ('counted', 'Contact that we count against them')], max_length=10, verbose_name='what they object to')),
                ('received_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='when they told us')),
                ('objection', models.TextField(max_length=10000, verbose_name='what they say is wrong')),
                ('outcome', models.CharField(blank=True, choices=[('changed', 'They are right: we have put it right'), ('partly', 'They are right in part, and we have changed that'), ('stays', 'It stays as it is')], max_length=10, verbose_name='what follows')),
                ('answer', models.TextField(blank=True, max_length=10000, verbose_name='what you found, and how you told them')),
                ('answered_on', models.DateField(null=True, verbose_name='answered on')),
                ('status', models.CharField(choices=[('open', 'To be answered'), ('answered', 'Answered')], default='open', max_length=10)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='customers.customer')),
                ('not_counted', models.ManyToManyField(blank=True, related_name='objections', to='breaches.breach', verbose_name='contacts that do not count any more')),
                ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-received_on'], name='objection_customer'), models.Index(condition=models.Q(('status', 'open')), fields=['received_on'], name='objection_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_by', None), ('answered_on', None), ('outcome', ''), ('status', 'open')), models.Q(('answered_by__isnull', False), ('answered_on__gte', models.F('received_on')), ('status', 'answered'), models.Q(('outcome', ''), _negated=True), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='objection_answered_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalObjection_not_counted',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('breach', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='breaches.breach')),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='objections.historicalobjection')),
                ('objection', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='objections.objection')),
            ],
            options={
                'verbose_name': 'HistoricalObjection_not_counted',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
