"""A believable tour, its tickets and fifty people, made through the public API."""
