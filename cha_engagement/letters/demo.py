"""How the demonstration finishes its letters."""

from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember

from . import workflow
from .models import Letter

ADVISER = "Lochside Advice Centre"


def issue(letter: Letter, *, by: StaffMember) -> Letter:
    """As its writer would: with the one adviser who fits, out of all that a draft tells of."""
    letter = workflow.edit(
        letter=letter,
        by=by,
        version=letter.version,
        advice=AdviceOrganisation.objects.filter(name=ADVISER),
        signed_as=letter.signed_as,
        signatory=letter.signatory,
    )
    return workflow.issue(letter=letter, by=by, version=letter.version)


def post(letter: Letter, *, by: StaffMember) -> Letter:
    return workflow.send(
        letter=letter, by=by, version=letter.version, sent_by_channel="letter", sent_on=today()
    )
