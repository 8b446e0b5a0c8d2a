import cha_engagement.staff.interfaces
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('customers', '0001_initial'),
        ('staff', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowingLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='ChasedTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('record', models.PositiveBigIntegerField()),
                ('due_on', models.DateField()),
                ('stage', models.PositiveSmallIntegerField(choices=[(0, 'Nothing was said'), (1, 'Due soon'), (2, 'Due today'), (3, 'Late')], default=0)),
                ('first_said_on', models.DateField(null=True)),
                ('said_on', models.DateField(null=True)),
                ('passed_on', models.DateField(null=True)),
                ('times_passed_on', models.PositiveSmallIntegerField(default=0)),
                ('nobody_since', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'record'), name='chased_task_once')],
            },
        ),
        migrations.CreateModel(
            name='TaskRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('record', models.PositiveBigIntegerField()),
                ('reference', models.CharField(max_length=20)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('due_on', models.DateField()),
                ('urgent_from', models.DateTimeField(null=True)),
                ('danger', models.CharField(blank=True, max_length=200)),
                ('note', models.TextField(blank=True)),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('note_about', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'record'), name='task_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=60)),
                ('record', models.PositiveBigIntegerField()),
                ('words', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('model', 'record'), name='search_once')],
            },
        ),
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
        migrations.CreateModel(
            name='HeldTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('record', models.PositiveBigIntegerField()),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('holder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['holder'], name='held_task_of_holder'), models.Index(fields=['kind', 'record'], name='held_task')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('kind', 'record'), name='held_task_once')],
            },
        ),
        migrations.CreateModel(
            name='GroundRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permissions', models.CharField(blank=True, max_length=200)),
                ('since', models.DateTimeField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('while_nobody', models.CharField(blank=True, max_length=200)),
                ('back_by', models.DateField(null=True)),
                ('must_be_back', models.BooleanField(default=False)),
                ('must_read_record', models.BooleanField(default=False)),
                ('manager_permission', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='auth.permission')),
                ('managing', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unmanaged', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grounds', to='desk.taskrow')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GroundPersonRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[(cha_engagement.staff.interfaces.Part['NOT_ASKED'], cha_engagement.staff.interfaces.Part['NOT_ASKED']), (cha_engagement.staff.interfaces.Part['NOT_COUNTED'], cha_engagement.staff.interfaces.Part['NOT_COUNTED']), (cha_engagement.staff.interfaces.Part['PRESENT'], cha_engagement.staff.interfaces.Part['PRESENT']), (cha_engagement.staff.interfaces.Part['ABSENT'], cha_engagement.staff.interfaces.Part['ABSENT'])], max_length=20)),
                ('even_away', models.BooleanField(default=False)),
                ('permission', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='auth.permission')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ground', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='desk.groundrow')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
