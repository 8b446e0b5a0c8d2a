import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='StaffMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('is_active', models.BooleanField(default=True, help_text='Accounts are closed, never deleted: what somebody did stays theirs.', verbose_name='may sign in')),
                ('job_title', models.CharField(blank=True, max_length=200)),
                ('team', models.CharField(blank=True, max_length=200)),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='direct line')),
                ('away_until', models.DateField(blank=True, null=True, verbose_name='away until and including')),
                ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputises_for', to=settings.AUTH_USER_MODEL)),
                ('groups', models.ManyToManyField(blank=True, related_name='user_set', related_query_name='user', to='auth.group', verbose_name='roles')),
                ('line_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL)),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'member of staff',
                'verbose_name_plural': 'members of staff',
                'ordering': ['first_name', 'last_name', 'username'],
                'permissions': [('view_history', 'Can read what records said before, and who changed them')],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_superuser', False)), name='no_superuser'), models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='one_account_a_username', violation_error_message='Another account has this username.')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='WrongPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=32)),
                ('source', models.CharField(max_length=32)),
                ('is_known', models.BooleanField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'at'], name='wrong_password_account'), models.Index(fields=['source', 'at'], name='wrong_password_source')],
            },
        ),
        migrations.CreateModel(
            name='AccessLogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('file_opened', 'A file was opened'), ('list_exported', 'A list was saved as a file'), ('case_read', 'A page of a case was read that only named colleagues can read')], max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('address', models.GenericIPAddressField(null=True, verbose_name='network address')),
                ('reference', models.CharField(blank=True, max_length=20)),
                ('label', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='why')),
                ('filtered_by', models.TextField(blank=True)),
                ('row_count', models.PositiveIntegerField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'entry of the access log',
                'verbose_name_plural': 'access log',
                'default_permissions': ['view'],
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['reference', '-at'], name='access_log_reference'), models.Index(fields=['kind', '-id'], name='access_log_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['file_opened', 'case_read']), ('row_count', None), models.Q(('reference', ''), _negated=True)), models.Q(('kind', 'list_exported'), ('row_count__isnull', False), models.Q(('label', ''), _negated=True)), _connector='OR'), name='access_log_names_what')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalStaffMember',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(db_index=True, error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('is_active', models.BooleanField(default=True, help_text='Accounts are closed, never deleted: what somebody did stays theirs.', verbose_name='may sign in')),
                ('job_title', models.CharField(blank=True, max_length=200)),
                ('team', models.CharField(blank=True, max_length=200)),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='direct line')),
                ('away_until', models.DateField(blank=True, null=True, verbose_name='away until and including')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('deputy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line_manager', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical member of staff',
                'verbose_name_plural': 'historical members of staff',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=400)),
                ('shown_text', models.CharField(blank=True, editable=False, max_length=200)),
                ('reference', models.CharField(blank=True, max_length=20)),
                ('path', models.CharField(max_length=200, verbose_name='where it leads')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('is_task', models.BooleanField(default=False, editable=False)),
                ('is_fallback', models.BooleanField(default=False, editable=False)),
                ('opened_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('unique_key', models.CharField(blank=True, editable=False, max_length=200)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('read_at', None)), fields=['recipient', 'created_at'], name='notice_unread'), models.Index(condition=models.Q(('is_task', True)), fields=['path'], name='notice_of_task')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('unique_key', ''), _negated=True), fields=('recipient', 'unique_key'), name='notice_sent_once')],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WiderAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('grounds', models.CharField(choices=[('customer_assigned', 'The customer was assigned to them'), ('incident_assigned', 'The incident was assigned to them'), ('named', 'They were named as having part in the incident'), ('merged', 'Another record was merged into that of their customer'), ('note_opened', 'A manager opened a note up to them'), ('named_reader', 'They were named among the few who can read the case'), ('taken_off', 'They were taken off the few who can read the case'), ('opened_in_danger', 'They opened a case that only named colleagues read, as somebody was in danger')], max_length=20)),
                ('reference', models.CharField(max_length=20)),
                ('path', models.CharField(max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notified', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='HistoricalStaffMember_groups',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('group', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='auth.group')),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='staff.historicalstaffmember')),
                ('staffmember', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'HistoricalStaffMember_groups',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Email',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('notice', 'A notice'), ('password', 'A link to choose a password'), ('address', 'Notice that the address of an account was changed')], max_length=10)),
                ('address', models.EmailField(blank=True, max_length=320, verbose_name='email address')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked for')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True, verbose_name='not before')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='times tried')),
                ('notice', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='email', to='staff.notice')),
            ],
            options={
                'verbose_name': 'email not sent yet',
                'verbose_name_plural': 'emails not sent yet',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['due_at'], name='email_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('address', ''), ('kind', 'notice'), ('notice__isnull', False)), models.Q(models.Q(('kind', 'notice'), _negated=True), models.Q(('address', ''), _negated=True), ('notice__isnull', True)), _connector='OR'), name='email_to_whom')],
            },
        ),
    ]
