"""What tests of the whole system are made of: a stage, people, books, load."""
