import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
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
            name='CaseForFew',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_length', models.PositiveIntegerField(default=0, editable=False)),
                ('reference', models.CharField(editable=False, max_length=20, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('why', models.TextField(max_length=10000, verbose_name='why only named colleagues read it')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='when it was opened to all again')),
                ('ended_why', models.TextField(blank=True, max_length=10000, verbose_name='why everybody can read it again')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases_for_few', to='customers.customer')),
                ('readers', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who can read it')),
            ],
            options={
                'verbose_name': 'limit on who reads a case',
                'verbose_name_plural': 'limits on who reads a case',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('customer',), name='one_case_for_few_of_a_customer'), models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='case_for_few_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_why', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='case_for_few_end_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalCaseForFew',
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
                ('why', models.TextField(max_length=10000, verbose_name='why only named colleagues read it')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='when it was opened to all again')),
                ('ended_why', models.TextField(blank=True, max_length=10000, verbose_name='why everybody can read it again')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical limit on who reads a case',
                'verbose_name_plural': 'historical limits on who reads a case',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='CaseOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_length', models.PositiveIntegerField(default=0, editable=False)),
                ('reference', models.CharField(editable=False, max_length=20, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('why', models.TextField(max_length=10000, verbose_name='who is in danger, and why you need to read it')),
                ('until', models.DateTimeField(verbose_name='can be read until')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='few.caseforfew')),
            ],
            options={
                'verbose_name': 'opening in danger',
                'verbose_name_plural': 'openings in danger',
                'indexes': [models.Index(fields=['case', 'by', 'until'], name='case_opening_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='case_opening_says_why')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalCaseOpening',
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
                ('why', models.TextField(max_length=10000, verbose_name='who is in danger, and why you need to read it')),
                ('until', models.DateTimeField(verbose_name='can be read until')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='few.caseforfew')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical opening in danger',
                'verbose_name_plural': 'historical openings in danger',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalCaseForFew_readers',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('caseforfew', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='few.caseforfew')),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='few.historicalcaseforfew')),
                ('staffmember', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'HistoricalCaseForFew_readers',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
