"""Networks side by side: what differs, how they train, and what came of it."""
