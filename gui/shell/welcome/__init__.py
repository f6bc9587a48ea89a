"""What one sees first: where one was, the lessons, and the ways to a session of one's own."""
