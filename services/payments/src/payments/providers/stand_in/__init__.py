"""The built-in test provider: a process of its own, with a ledger of its own.

It keeps the rules a real provider keeps, refuses what that refuses, and can be told to
fail in every way that one can. It moves no money.
"""
