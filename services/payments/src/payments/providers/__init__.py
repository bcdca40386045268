"""Whoever moves the money: one interface, one module per provider."""
