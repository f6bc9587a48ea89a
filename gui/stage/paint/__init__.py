"""All calls to QPainter: the same for the screen and for files."""
