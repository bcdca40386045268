"""The servers of one machine, from wheels: PostgreSQL and NATS as child processes."""
