"""What stands beside the network in exported pictures, as shapes like the stage itself: its output, and its curves."""
