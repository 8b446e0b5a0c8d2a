from django.db.models import QuerySet

from cha_engagement.staff.models import StaffMember

from .models import Note


def notes_written_by(user: StaffMember) -> QuerySet[Note]:
    """Return the notes that somebody wrote, whether they may still read them or not."""
    return Note.objects.filter(by=user)


def notes_naming(user: StaffMember) -> QuerySet[Note]:
    """Return the notes of which somebody was told, whether they may still read them or not."""
    named = Note.notified.through.objects.filter(staffmember=user)
    return Note.objects.filter(pk__in=named.values("note"))
