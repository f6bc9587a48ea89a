"""An update as slides."""
