"""The permissions of each role, written out a second time, so that one given or taken by mistake turns the tests red.

A new role is one line of `MATRIX`, beside its lines in `staff/roles.py`: the role, the person who holds it in the
tests, and its permissions by their letters, with `-` for one that it does not give. A new permission is a letter of
`LETTERS`, and of each line that gives it.
"""

LETTERS = {
    "customers": {
        "v": "customers.view_customer",
        "k": "customers.view_card",
        "a": "customers.add_customer",
        "c": "customers.change_customer",
        "m": "customers.merge_customer",
        "s": "customers.assign_customer",
    },
    "incidents": {
        "v": "incidents.view_incident",
        "a": "incidents.add_incident",
        "t": "contacts.add_contact",
        "r": "restorative.add_restorativeaction",
        "d": "incidents.assess_incident",
        "c": "incidents.close_incident",
        "s": "incidents.assign_incident",
    },
    "restrictions": {
        "v": "restrictions.view_restriction",
        "m": "restrictions.view_managementdecision",
        "p": "restrictions.propose_restriction",
        "d": "restrictions.decide_management",
        "i": "restrictions.impose_restriction",
        "c": "restrictions.restrict_complaints_process",
    },
    "reviews": {
        "v": "reviews.view_review",
        "a": "reviews.view_appeal",
        "l": "reviews.log_appeal",
        "h": "reviews.hold_review",
        "p": "reviews.hear_appeal",
        "n": "reviews.hear_named_appeal",
        "e": "reviews.receive_escalations",
    },
    "evidence": {"v": "evidence.view_evidence", "a": "evidence.add_evidence"},
    "letters": {"v": "letters.view_letter", "i": "letters.issue_letter"},
    "lists": {"e": "lists.export"},
    "staff": {
        "h": "staff.view_history",
        "w": "staff.view_wideraccess",
        "l": "staff.view_accesslogentry",
    },
    "organisation": {"a": "organisation.administer"},
}
PERMISSIONS = {name for names in LETTERS.values() for name in names.values()}


MATRIX = """
role             person     customers incidents restrictions reviews evidence letters lists staff organisation
Officer          officer    vkac--    -atr---   --p---       --l---- -a       --      -     ---   -
Manager          manager    vkacms    vatrdcs   vmpdi-       valh--- va       vi      e     h--   -
Management Team  management vkacms    vatrdcs   vmpdic       valh--e va       vi      e     h--   -
Executive Team   executive  vkac--    -atr---   --p---       -al-p-- -a       -i      -     h--   -
Named Hearer     hearer     ------    -------   ------       -----n-  --       -i      -     ---   -
CCSM             ccsm       vkacms    vatrdcs   vmpdi-       valh--- va       vi      e     h--   -
Data Protection  dpo        vk----    v------   vm----       va----- v-       v-      e     hwl   -
Administrator    admin      ------    -------   ------       ------- --       --      -     ---   a
"""


def read_line(line):
    """Return the role, its person and the permissions that a line of `MATRIX` gives."""
    *role, person = line.split()[: -len(LETTERS)]
    permissions = set()
    for (heading, letters), marks in zip(LETTERS.items(), line.split()[-len(LETTERS) :], strict=True):
        belongs = f"Give a mark for each of {''.join(letters)} below “{heading}”, not {marks}: {line}"
        assert len(marks) == len(letters), belongs
        for (letter, name), mark in zip(letters.items(), marks, strict=True):
            assert mark in (letter, "-"), belongs
            if mark == letter:
                permissions.add(name)
    return " ".join(role), person, permissions


LINES = [read_line(line) for line in MATRIX.strip().splitlines()[1:]]
PERMISSIONS_OF_ROLE = {role: permissions for role, _, permissions in LINES}
PERMISSIONS_OF_PERSON = {person: permissions for _, person, permissions in LINES}

MEMBERSHIPS = {"Management Team": ["Manager", "Management Team"]}
"""The roles that a role's person holds, where that is not the role alone: the team's members are managers too."""

ROLES_OF_PERSON = {person: MEMBERSHIPS.get(role, [role]) for role, person, _ in LINES}
