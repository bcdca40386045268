"""What the tests of every member share; `plugin` registers itself with pytest."""
