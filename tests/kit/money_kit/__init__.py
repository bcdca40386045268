"""Orders, payments and a bank in one process: the real rules, and no I/O."""
