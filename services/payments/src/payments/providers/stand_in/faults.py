"""Faults the provider was told to show, each for so many calls."""

from uuid import UUID

from payments.providers.stand_in.cards import Card
from payments.providers.stand_in.wire import Fault, FaultBody, Operation

#: How long a token of faults keeps its caller waiting.
TOKEN_SECONDS = 30.0


class Faults:
    def __init__(self) -> None:
        self._waiting: list[tuple[FaultBody, int]] = []

    @property
    def told(self) -> bool:
        """Whether a call may meet one that is not its card's own."""
        return bool(self._waiting)

    def add(self, fault: FaultBody) -> None:
        self._waiting.append((fault, fault.times))

    def clear(self) -> None:
        self._waiting.clear()

    def meet(
        self, operation: Operation, reference: UUID | None, card: Card | None = None
    ) -> FaultBody | None:
        """Take the fault this call meets: one it was told of, else its card's own."""
        for index, (fault, left) in enumerate(self._waiting):
            if fault.operation == operation and fault.reference in {None, reference}:
                self._waiting[index : index + 1] = [(fault, left - 1)] * (left > 1)
                return fault
        if card and card.fault:
            return FaultBody(
                operation=operation, fault=card.fault, seconds=TOKEN_SECONDS
            )
        return None


def is_fault(fault: FaultBody | None, *kinds: Fault) -> bool:
    return fault is not None and fault.fault in kinds
