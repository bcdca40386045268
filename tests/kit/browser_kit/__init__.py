"""People at real browsers, on pages of the web client."""
