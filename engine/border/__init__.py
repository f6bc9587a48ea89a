"""What crosses the border of the training thread: commands in, snapshots out, and the tape that a picture reads."""
