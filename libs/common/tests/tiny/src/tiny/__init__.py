"""A service as small as can be: `common` is tested with it.

It poses as `tickets`: it hears StockChanged, remembers what is free, and says so.
"""
