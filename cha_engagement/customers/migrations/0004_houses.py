from itertools import islice

from django.db import migrations

AT_ONCE = 2_000  # customers


def keep_houses(apps, schema_editor):
    """Who was recorded before is found by house number and street as one word, too."""
    from cha_engagement.customers import keys

    Customer, LookupKey = (apps.get_model("customers", name) for name in ("Customer", "LookupKey"))
    recorded = Customer.objects.filter(merged_into=None).exclude(address="").order_by("pk").iterator(AT_ONCE)
    while customers := list(islice(recorded, AT_ONCE)):
        LookupKey.objects.bulk_create(
            (
                LookupKey(customer=customer, kind="address", key=key[: keys.SHORT])
                for customer in customers
                for key in set(keys.of_house(customer.address))
            ),
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0003_several_words"),
    ]

    operations = [
        migrations.RunPython(keep_houses, migrations.RunPython.noop),
    ]
