"""The studio: what is shown is put together shot by shot, seen at once, and exported in the background."""
