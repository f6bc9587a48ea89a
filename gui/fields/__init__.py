"""Fields for what is typed, wherever in the window: panels and dialogs."""
