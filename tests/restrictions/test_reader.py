"""What the card says of home visits is asked about before a letter goes by one. Policy §31."""

import pytest

from restrictions.letters.reader import VISITS


@pytest.mark.parametrize(
    "instruction",
    [
        "Two people at every visit.",
        "Never go alone.",
        "Do not see them on your own.",
        "Visit in pairs.",
        "Two colleagues go together.",
        "Do not go inside their home.",
        "Speak to them on the doorstep.",
    ],
)
def test_what_staff_keep_to_on_visits_is_found(instruction):
    assert VISITS.search(instruction)


@pytest.mark.parametrize(
    "instruction",
    [
        "They may visit the office on Tuesdays.",
        "When she visits our office, call the manager.",
        "Ask them to write first.",
        "He visits us by appointment.",
    ],
)
def test_what_staff_do_elsewhere_is_not_taken_for_it(instruction):
    assert not VISITS.search(instruction)
