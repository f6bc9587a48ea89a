"""How large and how long whatever is exported may be; apart from what takes time to import, for help and refusals."""

MAX_FRAMES = 36_000  # 20 minutes at 30 frames a second
MOST_FPS = 120
LEAST_SECONDS, MOST_SECONDS = 0.1, 600.0  # of a shot, or of an update
SMALLEST, LARGEST = 16, 7_680  # pixels a side; 7,680 is 8K
MOST_SHOTS = 200
MOST_IN_ROW = 1_000  # updates that are asked for one after the other
MOST_UPDATES = 100_000_000  # that the network trains before the one shown

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
