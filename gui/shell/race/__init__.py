"""The window of a race: what to vary, the runs in processes beside the window, and the spread of what came of them."""
