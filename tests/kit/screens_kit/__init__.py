"""Pictures of every page in every state, for people to look at: `make screenshots`."""
