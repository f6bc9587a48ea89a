"""Icons, the bundled font, the style sheet, lessons and example data."""
