"""Stripe, by its official SDK: payment intents that are captured by hand."""
