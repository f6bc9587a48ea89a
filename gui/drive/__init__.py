"""Between window and engine: commands out, snapshots in, and what the user wants of them."""
