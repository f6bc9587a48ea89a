"""Storyboards: a session, and shots of it with captions, cameras and times; docs/studio.md describes the file."""
