"""Do each job in a copy of this process, which is ready for it, a few at once."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

AT_ONCE = os.cpu_count() or 1


def run_apart(
    jobs: Iterable[Job], work: Callable[[Job], Result], patience: Callable[[Job], float]
) -> Iterator[tuple[Job, Result | None]]:
    """Yield each job with its result as it ends: none where it took longer than `patience`, in seconds, or its process died."""
    context = get_context("fork")
    waiting = iter(jobs)
    running: dict[Connection, tuple[Job, ForkProcess, float]] = {}
    while True:
        while len(running) < AT_ONCE and (job := next(waiting, None)) is not None:
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=answer, args=(sender, work, job), daemon=True)
            process.start()
            sender.close()
            running[receiver] = job, process, time.monotonic() + patience(job)
        if not running:
            return
        first = min(deadline for _, _, deadline in running.values())
        ended = wait(list(running), timeout=max(0, first - time.monotonic()))
        for receiver in [
            receiver for receiver in running if receiver in ended or running[receiver][2] < time.monotonic()
        ]:
            job, process, _ = running.pop(receiver)
            try:
                result = receiver.recv() if receiver in ended else None
            except EOFError:
                result = None
            receiver.close()
            process.kill()
            process.join()
            yield job, result


def answer(connection: Connection, work: Callable[[Job], Result], job: Job) -> None:
    connection.send(work(job))


@contextmanager
def copied_database() -> Iterator[None]:
    """Work on a copy of the database that the tests have, where there is one."""
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        yield
        return
    from django.db import connection

    connection.close()
    with TemporaryDirectory() as folder:
        copy = str(Path(folder, "test.sqlite3"))
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        connection.settings_dict["NAME"] = copy
        yield
        connection.close()
