"""What is left of each event's tickets, as everybody looks at it: see `Board`."""

from tickets.board.board import Board
from tickets.board.topic import Left

__all__ = ["Board", "Left"]
