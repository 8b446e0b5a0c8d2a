from datetime import date

from cha_engagement.core.records import Stale

from . import actions, queries


def replace_absent_readers(today: date) -> str:
    """Have somebody asked for a second look, where whoever would take it went away or left. Policy §13."""
    count = 0
    for look in list(queries.looks_without_reader()):
        try:
            asked = actions.ask_another_reader(look=look)
            count += asked.reader_id != look.reader_id
        except Stale:  # it ended, or somebody answered it meanwhile
            continue
    return f"{count} executives are asked to confirm or reverse a decision, in the place of somebody who is away."
