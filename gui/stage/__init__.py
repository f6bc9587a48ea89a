"""The picture of the network: computed as a scene, painted, and the widget that shows it."""
