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
            name='HistoricalContactRequest',
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
                ('on', models.DateField(default=django.utils.timezone.localdate, verbose_name='when they were asked')),
                ('how', models.CharField(choices=[('phone', 'In a talk on the phone'), ('office', 'In a talk at the office'), ('home_visit', 'In a talk at their home'), ('letter', 'By letter'), ('email', 'By email'), ('message', 'By text or message'), ('event', 'In a talk at an event'), ('elsewhere', 'In a talk outside the office')], max_length=20, verbose_name='how they were asked')),
                ('why', models.TextField(max_length=10000, verbose_name='why they were asked')),
                ('open_channel', models.CharField(choices=[('phone', 'Phone'), ('office', 'In person at the office'), ('letter', 'Letter'), ('email', 'Email'), ('online_form', 'Online form'), ('message', 'Text or messaging')], max_length=20, verbose_name='how they reach us instead')),
                ('status', models.CharField(choices=[('asked', 'Asked'), ('taken_back', 'Taken back')], default='asked', max_length=10)),
                ('taken_back_on', models.DateField(blank=True, null=True, verbose_name='when it was taken back')),
                ('taken_back_reason', models.TextField(blank=True, max_length=10000, verbose_name='why it was taken back')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('asked_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who asked them')),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who recorded it')),
                ('colleague', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='whom they are asked not to contact')),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical contact request',
                'verbose_name_plural': 'historical contact requests',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ContactRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_length', models.PositiveIntegerField(default=0, editable=False)),
                ('reference', models.CharField(editable=False, max_length=20, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('on', models.DateField(default=django.utils.timezone.localdate, verbose_name='when they were asked')),
                ('how', models.CharField(choices=[('phone', 'In a talk on the phone'), ('office', 'In a talk at the office'), ('home_visit', 'In a talk at their home'), ('letter', 'By letter'), ('email', 'By email'), ('message', 'By text or message'), ('event', 'In a talk at an event'), ('elsewhere', 'In a talk outside the office')], max_length=20, verbose_name='how they were asked')),
                ('why', models.TextField(max_length=10000, verbose_name='why they were asked')),
                ('open_channel', models.CharField(choices=[('phone', 'Phone'), ('office', 'In person at the office'), ('letter', 'Letter'), ('email', 'Email'), ('online_form', 'Online form'), ('message', 'Text or messaging')], max_length=20, verbose_name='how they reach us instead')),
                ('status', models.CharField(choices=[('asked', 'Asked'), ('taken_back', 'Taken back')], default='asked', max_length=10)),
                ('taken_back_on', models.DateField(blank=True, null=True, verbose_name='when it was taken back')),
                ('taken_back_reason', models.TextField(blank=True, max_length=10000, verbose_name='why it was taken back')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who asked them')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who recorded it')),
                ('colleague', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='whom they are asked not to contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contact_requests', to='customers.customer')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status', 'asked'), ('taken_back_on', None), ('taken_back_reason', '')), models.Q(('status', 'taken_back'), ('taken_back_on__isnull', False), models.Q(('taken_back_reason', ''), _negated=True)), _connector='OR'), name='contact_request_taken_back_is_whole')],
            },
        ),
    ]
