"""What can go wrong with an order, by name."""

from common.errors import Conflict, NotFound


class TicketUnknown(NotFound):
    """There is no such ticket, or it was put on offer a moment ago: try again."""


class OrderNotFound(NotFound):
    """You have no such order."""


class Refused(Conflict):
    """A ticket of the order cannot be had; `items` names every one of them."""


class NotOnSale(Refused):
    """A ticket of the order is not on sale now."""

    code = "not-on-sale"


class OverLimit(Refused):
    """A ticket of the order has a limit per buyer, which the order would exceed."""

    code = "over-limit"


class SoldOut(Refused):
    """A ticket of the order is sold out."""

    code = "sold-out"


class AllHeld(Refused):
    """Other buyers hold what is left of a ticket; some of it may come back soon."""

    code = "all-held"


class TooManyHolds(Conflict):
    """You hold too many unpaid orders: pay or cancel one first."""

    code = "too-many-holds"


class PriceChanged(Conflict):
    """The total is not what you expected: look at the prices again."""

    code = "price-changed"


class OrderAlreadyComplete(Conflict):
    """The order is paid."""

    code = "order-complete"


class OrderAlreadyCancelled(Conflict):
    """The order was cancelled before."""

    code = "order-cancelled"
