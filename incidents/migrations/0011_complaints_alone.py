from django.db import migrations, models

COMPLAINTS = {'complaints_process', 'other'}


def find_in_history(apps, schema_editor):
    """Whose word it was is known; what they might do on that day is not any more, so it is taken from what they may today."""
    Incident = apps.get_model('incidents', 'Incident')
    Row = apps.get_model('incidents', 'HistoricalIncident')
    Link = apps.get_model('incidents', 'HistoricalIncident_categories')
    people = apps.get_model('staff', 'StaffMember').objects
    judges = set(
        people.filter(groups__permissions__codename='restrict_complaints_process').values_list('pk', flat=True)
    )
    ever = Link.objects.filter(category='complaints_process').values('history__id')
    for incident in Incident.objects.filter(pk__in=ever).only('pk').iterator():
        alone, before = False, None
        for row in Row.objects.filter(id=incident.pk).order_by('sequence'):
            codes = set(Link.objects.filter(history=row).values_list('category_id', flat=True))
            if 'complaints_process' in codes and codes <= COMPLAINTS:
                alone = True
            elif row.history_user_id in judges and (codes != before or row.move == 'assess'):
                alone = False
            before = codes
        if alone:
            Incident.objects.filter(pk=incident.pk).update(complaints_alone=True)


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0010_along_an_index'),
        ('staff', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalincident',
            name='complaints_alone',
            field=models.BooleanField(default=False, editable=False, verbose_name='about the use of the complaints process alone'),
        ),
        migrations.AddField(
            model_name='incident',
            name='complaints_alone',
            field=models.BooleanField(default=False, editable=False, verbose_name='about the use of the complaints process alone'),
        ),
        migrations.RunPython(find_in_history, migrations.RunPython.noop),
    ]
