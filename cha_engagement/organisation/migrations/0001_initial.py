import cha_engagement.organisation.logo
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('staff', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='AdviceOrganisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('helps_with', models.CharField(max_length=200)),
                ('contact', models.TextField(max_length=500)),
                ('is_active', models.BooleanField(default=True, verbose_name='offered in letters')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='StandardText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': 'There is a paragraph of this name already. Change that one.'}, max_length=60, unique=True)),
                ('text', models.TextField(max_length=2000)),
                ('is_active', models.BooleanField(default=True, verbose_name='offered in letters')),
            ],
            options={
                'verbose_name': 'standard paragraph of letters',
                'verbose_name_plural': 'standard paragraphs of letters',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=200, unique=True, verbose_name='word or words')),
                ('suggestion', models.CharField(max_length=200, verbose_name='what to write, or to do, in their place')),
                ('is_active', models.BooleanField(default=True, verbose_name='pointed out in letters')),
            ],
            options={
                'verbose_name': 'wording to point out in letters',
                'verbose_name_plural': 'wording to point out in letters',
                'ordering': ['words'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAdviceOrganisation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(db_index=True, max_length=200)),
                ('helps_with', models.CharField(max_length=200)),
                ('contact', models.TextField(max_length=500)),
                ('is_active', models.BooleanField(default=True, verbose_name='offered in letters')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical advice organisation',
                'verbose_name_plural': 'historical advice organisations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalOrganisation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(default='The Association', max_length=200)),
                ('team_name', models.CharField(default='Customer Services', max_length=200, verbose_name='name of the team that letters may come from')),
                ('logo', models.TextField(blank=True, max_length=100)),
                ('logo_words', models.CharField(blank=True, max_length=200, verbose_name='what the logo shows, in words')),
                ('address', models.TextField(blank=True, max_length=500)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('emergency_phone', models.CharField(blank=True, max_length=40, verbose_name='emergency repairs line')),
                ('emergency_relay', models.CharField(blank=True, help_text='For customers who cannot hear or speak on the phone, such as 18001 0800 496 0001.', max_length=40, verbose_name='emergency repairs line through Relay UK')),
                ('emergency_text', models.CharField(blank=True, help_text='Only one that somebody reads at any time.', max_length=40, verbose_name='number for text messages in an emergency')),
                ('emergency_email', models.EmailField(blank=True, help_text='Only one that somebody reads at any time.', max_length=254, verbose_name='email address for emergencies')),
                ('text_number', models.CharField(blank=True, max_length=40, verbose_name='number for text messages')),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('website', models.URLField(blank=True)),
                ('office_hours', models.CharField(blank=True, max_length=200)),
                ('complaints_contact', models.CharField(blank=True, max_length=200, verbose_name='how to reach the complaints process')),
                ('ombudsman_name', models.CharField(blank=True, max_length=200)),
                ('ombudsman_contact', models.TextField(blank=True, max_length=500, verbose_name='how to reach the ombudsman')),
                ('ombudsman_time_limit', models.CharField(blank=True, default='Please go to them within twelve months of the day on which you came to know of the problem.', help_text='A sentence, as letters say it.', max_length=200, verbose_name='within what time one can go to the ombudsman')),
                ('review_months', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(12, 'Give 12 or less.')], verbose_name='months between reviews')),
                ('review_reminder_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(60, 'Give 60 or less.')], verbose_name='days before a review is due that its reviewer is reminded')),
                ('review_escalation_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(60, 'Give 60 or less.')], verbose_name='days after which an overdue review is passed to the Management Team')),
                ('notification_working_days', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(10, 'Give 10 or less.')], verbose_name='working days to tell a customer of a restriction')),
                ('notice_working_days', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(20, 'Give 20 or less.')], verbose_name='working days that a zero-tolerance notice stays on the card')),
                ('appeal_working_days', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(10, 'Give 10 or more.'), django.core.validators.MaxValueValidator(60, 'Give 60 or less.')], verbose_name='working days a customer has to appeal')),
                ('acknowledge_working_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(20, 'Give 20 or less.')], verbose_name='working days to acknowledge an appeal')),
                ('appeal_decision_working_days', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(5, 'Give 5 or more.'), django.core.validators.MaxValueValidator(60, 'Give 60 or less.')], verbose_name='working days to decide an appeal')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': "historical the association's details",
                'verbose_name_plural': "historical the association's details",
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalStandardText',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(db_index=True, error_messages={'unique': 'There is a paragraph of this name already. Change that one.'}, max_length=60)),
                ('text', models.TextField(max_length=2000)),
                ('is_active', models.BooleanField(default=True, verbose_name='offered in letters')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical standard paragraph of letters',
                'verbose_name_plural': 'historical standard paragraphs of letters',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalWording',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('words', models.CharField(db_index=True, max_length=200, verbose_name='word or words')),
                ('suggestion', models.CharField(max_length=200, verbose_name='what to write, or to do, in their place')),
                ('is_active', models.BooleanField(default=True, verbose_name='pointed out in letters')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical wording to point out in letters',
                'verbose_name_plural': 'historical wording to point out in letters',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(default='The Association', max_length=200)),
                ('team_name', models.CharField(default='Customer Services', max_length=200, verbose_name='name of the team that letters may come from')),
                ('logo', models.FileField(blank=True, upload_to=cha_engagement.organisation.logo.logo_path)),
                ('logo_words', models.CharField(blank=True, max_length=200, verbose_name='what the logo shows, in words')),
                ('address', models.TextField(blank=True, max_length=500)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('emergency_phone', models.CharField(blank=True, max_length=40, verbose_name='emergency repairs line')),
                ('emergency_relay', models.CharField(blank=True, help_text='For customers who cannot hear or speak on the phone, such as 18001 0800 496 0001.', max_length=40, verbose_name='emergency repairs line through Relay UK')),
                ('emergency_text', models.CharField(blank=True, help_text='Only one that somebody reads at any time.', max_length=40, verbose_name='number for text messages in an emergency')),
                ('emergency_email', models.EmailField(blank=True, help_text='Only one that somebody reads at any time.', max_length=254, verbose_name='email address for emergencies')),
                ('text_number', models.CharField(blank=True, max_length=40, verbose_name='number for text messages')),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('website', models.URLField(blank=True)),
                ('office_hours', models.CharField(blank=True, max_length=200)),
                ('complaints_contact', models.CharField(blank=True, max_length=200, verbose_name='how to reach the complaints process')),
                ('ombudsman_name', models.CharField(blank=True, max_length=200)),
                ('ombudsman_contact', models.TextField(blank=True, max_length=500, verbose_name='how to reach the ombudsman')),
                ('ombudsman_time_limit', models.CharField(blank=True, default='Please go to them within twelve months of the day on which you came to know of the problem.', help_text='A sentence, as letters say it.', max_length=200, verbose_name='within what time one can go to the ombudsman')),
                ('review_months', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(12, 'Give 12 or less.')], verbose_name='months between reviews')),
                ('review_reminder_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(60, 'Give 60 or less.')], verbose_name='days before a review is due that its reviewer is reminded')),
                ('review_escalation_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(60, 'Give 60 or less.')], verbose_name='days after which an overdue review is passed to the Management Team')),
                ('notification_working_days', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(10, 'Give 10 or less.')], verbose_name='working days to tell a customer of a restriction')),
                ('notice_working_days', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(20, 'Give 20 or less.')], verbose_name='working days that a zero-tolerance notice stays on the card')),
                ('appeal_working_days', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(10, 'Give 10 or more.'), django.core.validators.MaxValueValidator(60, 'Give 60 or less.')], verbose_name='working days a customer has to appeal')),
                ('acknowledge_working_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1, 'Give 1 or more.'), django.core.validators.MaxValueValidator(20, 'Give 20 or less.')], verbose_name='working days to acknowledge an appeal')),
                ('appeal_decision_working_days', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(5, 'Give 5 or more.'), django.core.validators.MaxValueValidator(60, 'Give 60 or less.')], verbose_name='working days to decide an appeal')),
            ],
            options={
                'verbose_name': "the association's details",
                'verbose_name_plural': "the association's details",
                'permissions': [('administer', "Can keep lists, accounts and the association's details")],
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_organisation'), models.CheckConstraint(condition=models.Q(('acknowledge_working_days__range', (1, 20)), ('appeal_decision_working_days__range', (5, 60)), ('appeal_working_days__range', (10, 60)), ('notice_working_days__range', (1, 20)), ('notification_working_days__range', (1, 10)), ('review_escalation_days__range', (1, 60)), ('review_months__range', (1, 12)), ('review_reminder_days__range', (1, 60))), name='intervals_within_limits'), models.CheckConstraint(condition=models.Q(('logo', ''), models.Q(('logo_words', ''), _negated=True), _connector='OR'), name='logo_has_words')],
            },
        ),
    ]
