"""The public API as a table: what its documents say, and calls of every route."""
