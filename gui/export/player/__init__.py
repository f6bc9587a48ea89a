"""The HTML player: one file that plays, steps and scrubs through an update in any browser, drawn from its scenes."""
