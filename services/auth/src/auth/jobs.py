"""Time in: what auth does again and again."""

from collections.abc import Sequence
from datetime import timedelta

from auth.guesses import GuessGuard
from auth.sessions import SessionBook
from auth.signing import KeyRing
from common.running import Job


def serve_jobs(keys: KeyRing) -> Sequence[Job]:
    return (Job(name="keys", every=timedelta(seconds=10), run=keys.load),)


def work_jobs(
    keys: KeyRing, sessions: SessionBook, guesses: GuessGuard
) -> Sequence[Job]:
    hourly = timedelta(hours=1)
    return (
        Job(name="forget-sessions", every=hourly, run=sessions.forget_old),
        Job(name="forget-guesses", every=hourly, run=guesses.forget_old),
        Job(name="forget-keys", every=hourly, run=keys.forget_expired),
    )
