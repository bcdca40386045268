"""Settings of every test run."""

from hypothesis import settings

# Speed is the benchmarks' matter: a test never fails for being slow.
settings.register_profile("ticketing", deadline=None, print_blob=True)
settings.load_profile("ticketing")
