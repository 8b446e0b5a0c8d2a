from pathlib import Path

from django.core.files.base import ContentFile

from cha_engagement.demo.demonstration import FIRST_DAY, Demonstration
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation, Organisation, Policy, StandardText

LOGO = Path(__file__).with_name("logo.png")
POLICY = Path(__file__).with_name("policy.txt")
ADVICE = {
    "Lochside Advice Centre": (
        "Money, benefits and housing",
        "Phone 0141 496 0100, or call in at 3 Pier Road, Lochside",
    ),
    "Speaking Up Lochside": ("Independent advocacy", "Phone 0141 496 0110\nhello@speakingup.example"),
    "Calm Waters": ("Listening, day or night", "Phone 0800 496 0120"),
    "Tenants Together": (
        "Advice and support for tenants",
        "Phone 0141 496 0130\nadvice@tenantstogether.example",
    ),
}


def plan(demonstration: Demonstration) -> None:
    demonstration.plan(FIRST_DAY, "08:00", create_organisation)


def create_organisation() -> None:
    Organisation.objects.create(
        pk=1,
        name="Lochside Homes",
        logo=ContentFile(LOGO.read_bytes(), name=LOGO.name),
        logo_words="A house above two waves",
        address="1 Pier Road\nLochside\nG00 0AA",
        phone="0141 496 0000",
        emergency_phone="0800 496 0001",
        emergency_interpreter="0800 496 0003",
        email="hello@lochside.example",
        website="https://lochside.example",
        office_hours="Monday to Friday, 9am to 5pm",
        promises_adopted_on=today(),
        promises_adopted_by="Customer committee, item 4: what we promise customers",
        complaints_contact="0141 496 0002 or complaints@lochside.example",
        ombudsman_name="Scottish Public Services Ombudsman",
        ombudsman_contact="Bridgeside House, 99 McDonald Road, Edinburgh EH7 4NS\nPhone 0800 377 7330\nwww.spso.org.uk",
    )
    Policy.objects.create(pk=1, title="Dealing with each other", text=POLICY.read_text())
    for name, (helps_with, contact) in ADVICE.items():
        AdviceOrganisation.objects.create(name=name, helps_with=helps_with, contact=contact)
    StandardText.objects.create(
        name="somebody to speak for you",
        text="You can ask somebody to speak to [association] for you, such as a friend, a relative or an adviser. Please tell us who it is.",
    )
