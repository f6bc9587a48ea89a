"""From a tape to a file: which frames, how they are painted and encoded."""
