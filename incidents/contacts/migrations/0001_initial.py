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
            name='HistoricalContact',
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
                ('occurred_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when it was')),
                ('channel', models.CharField(choices=[('phone', 'Phone'), ('office', 'In person at the office'), ('home_visit', 'Home visit'), ('letter', 'Letter'), ('email', 'Email'), ('online_form', 'Online form'), ('message', 'Text or messaging'), ('social_media', 'Social media or web'), ('event', 'Event'), ('training', 'Training session'), ('elsewhere', 'Outside the office')], max_length=20, verbose_name='how they were in contact')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes it took')),
                ('subject', models.CharField(max_length=200, verbose_name='what they wanted')),
                ('same_issue', models.CharField(choices=[('yes', 'Yes'), ('no', 'No')], max_length=3, verbose_name='the same issue as before?')),
                ('about', models.CharField(blank=True, choices=[('emergency', 'An emergency'), ('safety', 'Somebody’s safety'), ('appeal', 'An appeal'), ('adjustment', 'An adjustment, or another format'), ('complaint', 'A new complaint'), ('information', 'Information we hold, or other information'), ('ombudsman', 'Going to the ombudsman'), ('spoken_for', 'From somebody who speaks for them, such as an advocate')], max_length=20, verbose_name='what kind of contact it was')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical contact',
                'verbose_name_plural': 'historical contacts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('history_length', models.PositiveIntegerField(default=0, editable=False)),
                ('reference', models.CharField(editable=False, max_length=20, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('occurred_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when it was')),
                ('channel', models.CharField(choices=[('phone', 'Phone'), ('office', 'In person at the office'), ('home_visit', 'Home visit'), ('letter', 'Letter'), ('email', 'Email'), ('online_form', 'Online form'), ('message', 'Text or messaging'), ('social_media', 'Social media or web'), ('event', 'Event'), ('training', 'Training session'), ('elsewhere', 'Outside the office')], max_length=20, verbose_name='how they were in contact')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes it took')),
                ('subject', models.CharField(max_length=200, verbose_name='what they wanted')),
                ('same_issue', models.CharField(choices=[('yes', 'Yes'), ('no', 'No')], max_length=3, verbose_name='the same issue as before?')),
                ('about', models.CharField(blank=True, choices=[('emergency', 'An emergency'), ('safety', 'Somebody’s safety'), ('appeal', 'An appeal'), ('adjustment', 'An adjustment, or another format'), ('complaint', 'A new complaint'), ('information', 'Information we hold, or other information'), ('ombudsman', 'Going to the ombudsman'), ('spoken_for', 'From somebody who speaks for them, such as an advocate')], max_length=20, verbose_name='what kind of contact it was')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-occurred_at', '-id'], name='contact_customer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('subject', ''), _negated=True), name='contact_has_subject'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1)), name='contact_took_time')],
            },
        ),
    ]
