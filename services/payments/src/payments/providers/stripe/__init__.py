"""Stripe, by its official SDK: payment intents, held where the method can be."""
