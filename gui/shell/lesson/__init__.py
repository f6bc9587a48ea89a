"""A lesson beside the picture: its pane, what the keys do meanwhile, where to look, and what the lecturer sees."""
