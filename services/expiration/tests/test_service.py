"""Timers on a real JetStream."""

import msgspec
from expiration_desk import NEVER, Line, envelope, order, read, soon, with_bad

from common.envelopes import open_envelope
from common.ids import new_id
from expiration.service import Timers


async def test_a_timer_brings_the_holds_that_ended(line: Line, timers: Timers) -> None:
    ends = soon(1)
    holds = [order(expires_at=ends) for _ in range(3)]
    await timers.schedule(envelope(*holds))
    [opened] = await line.expired()

    assert {m.order_id for m in read(opened)} == {h.order_id for h in holds}
    assert {m.expires_at for m in read(opened)} == {ends}
    assert soon(0) >= ends


async def test_a_hold_that_ended_meanwhile_is_told_at_once(
    line: Line, timers: Timers
) -> None:
    hold = order(expires_at=soon(-60))
    await timers.schedule(envelope(hold))
    [opened] = await line.expired()

    assert [m.order_id for m in read(opened)] == [hold.order_id]


async def test_one_long_over_is_left_to_the_sweep(line: Line, timers: Timers) -> None:
    await timers.schedule(envelope(order(expires_at=soon(-3700))))
    assert await line.timers() == []


async def test_an_envelope_handled_twice_sets_the_same_timer(
    line: Line, timers: Timers
) -> None:
    payload = envelope(order(), order(expires_at=soon(800)))
    await timers.schedule(payload)
    first = await line.timers()
    await timers.schedule(payload)

    again = await line.timers()
    assert len(again) == 2
    assert [t.subject for t in again] == [t.subject for t in first]
    assert [t.data for t in again] == [t.data for t in first]


async def test_the_envelope_it_brings_bears_the_timers_id(
    line: Line, timers: Timers
) -> None:
    await timers.schedule(envelope(order()))
    [timer] = await line.timers()

    opened = open_envelope(timer.data or b"")
    assert timer.subject == f"expiration.schedule.{opened.id.hex}"
    assert timer.headers is not None
    assert timer.headers["Nats-Schedule-Target"] == "expiration.complete"


async def test_a_full_envelope_fits(line: Line, timers: Timers) -> None:
    ends = soon(1)
    holds = [order(expires_at=ends) for _ in range(512)]
    await timers.schedule(envelope(*holds))
    [opened] = await line.expired()

    assert len(opened.messages) == 512


async def test_a_bad_message_is_given_up_and_its_neighbours_go_on(
    line: Line, timers: Timers
) -> None:
    ends = soon(900)
    first, second = order(expires_at=ends), order(expires_at=ends)
    payload = with_bad(envelope(first, second), index=1)
    await timers.schedule(payload)
    [timer] = await line.timers()
    [letter] = await line.letters()

    told = read(open_envelope(timer.data or b""))
    assert {m.order_id for m in told} == {first.order_id, second.order_id}
    assert (letter.service, letter.index) == ("expiration", 1)
    assert letter.consumer == "expiration-orders-created"
    assert letter.envelope_id == open_envelope(payload).id
    assert letter.payload == '{"order_id":1}'


async def test_what_is_no_envelope_is_given_up_whole(
    line: Line, timers: Timers
) -> None:
    await timers.schedule(b"\xff\x00 no envelope")
    [letter] = await line.letters()

    assert letter.index == -1
    assert letter.envelope_id is None
    assert "no envelope" in letter.payload


async def test_a_status_of_the_future_is_given_up(line: Line, timers: Timers) -> None:
    hold = msgspec.to_builtins(order()) | {"status": "frozen"}
    payload = {"id": str(new_id()), "occurred_at": soon(0), "messages": [hold]}
    await timers.schedule(msgspec.json.encode(payload))

    assert len(await line.letters()) == 1
    assert await line.timers() == []


async def test_a_moment_that_is_on_no_clock_is_given_up_and_its_neighbours_go_on(
    line: Line, timers: Timers
) -> None:
    """Its last day of all, in a place where it begins a day later."""
    hold = order()
    await timers.schedule(envelope(order(expires_at=NEVER), hold))
    [timer] = await line.timers()
    [letter] = await line.letters()

    told = read(open_envelope(timer.data or b""))
    assert [m.order_id for m in told] == [hold.order_id]
    assert letter.index == 0


async def test_the_same_bad_message_is_given_up_once(
    line: Line, timers: Timers
) -> None:
    payload = with_bad(envelope(order()))
    for _ in range(2):
        await timers.schedule(payload)

    assert len(await line.letters()) == 1
