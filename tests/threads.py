"""Several people who act at the same moment."""

import threading

from django.db import connections


def run_at_once(count, act):
    """Run `act(number)` in that many threads at the same moment; return what each returned or raised."""
    start, answers = threading.Barrier(count), [None] * count

    def run(number):
        start.wait()
        try:
            answers[number] = act(number)
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
