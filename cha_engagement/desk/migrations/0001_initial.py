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
            name='TaskRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('record', models.PositiveBigIntegerField()),
                ('reference', models.CharField(max_length=20)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('due_on', models.DateField(null=True)),
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
