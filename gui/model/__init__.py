"""What is shown and said, computed without Qt: from what is known and chosen to what a person sees."""
