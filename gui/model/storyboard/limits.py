"""How large and how long whatever is exported may be: a picture, a clip, a storyboard."""

MAX_FRAMES = 36_000  # 20 minutes at 30 frames a second
MOST_FPS = 120
LEAST_SECONDS, MOST_SECONDS = 0.1, 600.0  # of a shot, or of an update
SMALLEST, LARGEST = 16, 7_680  # pixels a side; 7,680 is 8K
MOST_UPDATES = 100_000_000  # that the network trains before the one shown
