"""Sizes by their names, apart from what takes time to import: the help of the command line lists them."""

SIZES = {
    "480p": (854, 480),
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "1440p": (2560, 1440),
    "4k": (3840, 2160),
    "square": (1080, 1080),
    "upright": (1080, 1920),
}
"""Sizes that have names."""
