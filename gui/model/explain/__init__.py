"""Every number of one update explained: what it is, by which rule it came, and from which numbers. Pure: no Qt."""
