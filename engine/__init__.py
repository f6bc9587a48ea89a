"""The engine: numbers only. No Qt, no clock; everything here runs and is tested without a screen."""
