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
        ('incidents', '0001_initial'),
        ('organisation', '0001_initial'),
        ('staff', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalRestorativeAction',
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
                ('kind', models.CharField(choices=[('break_suggested', 'Suggested a break'), ('early_intervention', 'Stepped in early'), ('proactive_adjustment', 'Offered an adjustment'), ('expectations_set', 'Set expectations'), ('colleagues_involved', 'Involved other colleagues'), ('outside_organisation', 'Asked an outside organisation to help'), ('signposted', 'Told them of independent advice'), ('contact_paused', 'Paused contact, to take it up again')], max_length=30, verbose_name='what you did')),
                ('on', models.DateField(default=django.utils.timezone.localdate, verbose_name='when')),
                ('what', models.TextField(max_length=10000, verbose_name='what was done')),
                ('outcome', models.CharField(choices=[('restored', 'Restored'), ('partly', 'Partly restored'), ('not_restored', 'Not restored'), ('too_early', 'Too early to say')], max_length=20, verbose_name='how it went')),
                ('reengage_on', models.DateField(blank=True, null=True, verbose_name='when to take contact up again')),
                ('status', models.CharField(choices=[('recorded', 'Recorded'), ('to_do', 'To be taken up again'), ('done', 'Taken up again'), ('dropped', 'Not taken up again')], default='recorded', max_length=10)),
                ('dropped_reason', models.TextField(blank=True, max_length=10000, verbose_name='why not')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.incident')),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.adviceorganisation', verbose_name='advice organisation you suggested')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who takes it up')),
            ],
            options={
                'verbose_name': 'historical restorative action',
                'verbose_name_plural': 'historical restorative actions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='RestorativeAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_length', models.PositiveIntegerField(default=0, editable=False)),
                ('reference', models.CharField(editable=False, max_length=20, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('break_suggested', 'Suggested a break'), ('early_intervention', 'Stepped in early'), ('proactive_adjustment', 'Offered an adjustment'), ('expectations_set', 'Set expectations'), ('colleagues_involved', 'Involved other colleagues'), ('outside_organisation', 'Asked an outside organisation to help'), ('signposted', 'Told them of independent advice'), ('contact_paused', 'Paused contact, to take it up again')], max_length=30, verbose_name='what you did')),
                ('on', models.DateField(default=django.utils.timezone.localdate, verbose_name='when')),
                ('what', models.TextField(max_length=10000, verbose_name='what was done')),
                ('outcome', models.CharField(choices=[('restored', 'Restored'), ('partly', 'Partly restored'), ('not_restored', 'Not restored'), ('too_early', 'Too early to say')], max_length=20, verbose_name='how it went')),
                ('reengage_on', models.DateField(blank=True, null=True, verbose_name='when to take contact up again')),
                ('status', models.CharField(choices=[('recorded', 'Recorded'), ('to_do', 'To be taken up again'), ('done', 'Taken up again'), ('dropped', 'Not taken up again')], default='recorded', max_length=10)),
                ('dropped_reason', models.TextField(blank=True, max_length=10000, verbose_name='why not')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='restorative_actions', to='customers.customer')),
                ('incident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='restorative_actions', to='incidents.incident')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.adviceorganisation', verbose_name='advice organisation you suggested')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who takes it up')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-on'], name='restorative_customer'), models.Index(fields=['on'], name='restorative_day'), models.Index(condition=models.Q(('status', 'to_do')), fields=['owner', 'reengage_on'], name='restorative_to_do')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'contact_paused'), ('owner__isnull', False), ('reengage_on__isnull', False), models.Q(('status', 'recorded'), _negated=True)), models.Q(models.Q(('kind', 'contact_paused'), _negated=True), ('owner', None), ('reengage_on', None), ('status', 'recorded')), _connector='OR'), name='restorative_pause_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'dropped'), models.Q(('dropped_reason', ''), _negated=True)), models.Q(models.Q(('status', 'dropped'), _negated=True), ('dropped_reason', '')), _connector='OR'), name='restorative_dropped_has_reason'), models.CheckConstraint(condition=models.Q(('reengage_on', None), ('reengage_on__gte', models.F('on')), _connector='OR'), name='restorative_reengage_after')],
            },
        ),
    ]
