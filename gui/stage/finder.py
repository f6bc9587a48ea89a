"""What is seen at a point of the widget, whatever the camera and however large the picture is drawn there."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from twostroke.gui.model.choices import LinkRef, NeuronRef, Touched
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.pointed import touched_at
from twostroke.gui.stage.paint.camera import STRAIGHT, Camera
from twostroke.gui.stage.scene.figures import LEAST
from twostroke.gui.stage.scene.items import Scene, Text
from twostroke.gui.stage.scene.zoomed import card_place, mask_at, sample_at

LINK_REACH = 4.0
"""Pixels beside a link in which the mouse still finds it."""


@dataclass(frozen=True)
class Finder:
    """Looks through `camera` at `scene`, of which a pixel takes `scale` pixels of the widget. Points are the widget's;
    before the first scene nothing is found.
    """

    scene: Scene | None
    camera: Camera
    scale: float

    def neuron_at(self, x: float, y: float) -> NeuronRef | None:
        """The neuron at that point."""
        if self.scene is None or self._is_beside(self.scene, y):
            return None
        return self.scene.targets.at(*self._in_network(x, y))

    def box_of(self, neurons: frozenset[NeuronRef]) -> QRectF | None:
        """The box around those of them that are seen; without any of them, that of the card of the loss."""
        if self.scene is None:
            return None
        if not neurons:
            return self._box_of_loss()
        near, roles = self.scene.targets, {f"number {neuron.layer}" for neuron in neurons}
        lines = [item.y for item in self.scene.items if isinstance(item, Text) and item.role in roles]
        found = QRectF()
        for layer, unit, x, y, reach in zip(near.layer, near.unit, near.x, near.y, near.reach, strict=True):
            if NeuronRef(int(layer), int(unit)) in neurons:
                below = [line + LEAST / 2 for line in lines if 0 < line - y < reach + LEAST]  # its number
                bottom = max(float(y + reach), *below, 0.0)
                found |= self._seen(float(x - reach), float(y - reach), float(x + reach), bottom)
        return None if found.isEmpty() else found

    def _box_of_loss(self) -> QRectF | None:
        if self.scene is None or self.scene.numbers is None:
            return None
        left, top, width, height = self.scene.numbers.card
        seen = self._seen(left, top, left + width, top + height)
        return None if seen.isEmpty() else seen

    def box_of_card(self) -> QRectF | None:
        """The box of the card of what is pointed at, where there is one."""
        if self.scene is None or self.scene.card is None:
            return None
        card, zoom, by = self.scene.card, self.camera.zoomed, self.scale
        left, top = (card.left, card.top) if zoom.by == 1.0 else card_place(self.scene, card, zoom)
        return QRectF(left * by, top * by, card.width * by, card.height * by)

    def _seen(self, left: float, top: float, right: float, bottom: float) -> QRectF:
        """In the widget, what is seen of a box of the network."""
        assert self.scene is not None
        (left, top), (right, bottom) = self.camera.to_screen(left, top), self.camera.to_screen(right, bottom)
        top, bottom = max(top, self.scene.top), min(bottom, self.scene.bottom)
        return QRectF(left * self.scale, top * self.scale, (right - left) * self.scale, (bottom - top) * self.scale)

    def place_at(self, x: float, y: float) -> NeuronRef | LinkRef | None:
        """The neuron, or else the link."""
        ref = self.neuron_at(x, y)
        if ref is not None or self.scene is None or self._is_beside(self.scene, y):
            return ref
        return self.scene.link_at(*self._in_network(x, y), LINK_REACH / self.camera.zoom)

    def number_at(self, x: float, y: float) -> Quantity | None:
        """The number that is seen beside neurons and links: of a gate, of the loss, of a mask."""
        scene = self.scene
        if scene is None or scene.numbers is None:
            return None
        if not self._is_beside(scene, y):
            found = scene.numbers.in_network(*self._in_network(x, y))
            if found is not None:
                return found
        return mask_at(scene, self.camera.zoomed, x / self.scale, y / self.scale)

    def touched_at(self, x: float, y: float) -> Touched | None:
        """What a hand finds: a neuron, a link, the door of a gate or a target."""
        place = self.place_at(x, y)
        number = None if isinstance(place, NeuronRef) else self.number_at(x, y)
        return (None if number is None else touched_at(number)) or place

    def sample_at(self, x: float, y: float) -> int | None:
        """The place in the mini-batch of the row of a raster."""
        if self.scene is None:
            return None
        return sample_at(self.scene, self.camera.zoomed, x / self.scale, y / self.scale)

    def on_lens(self, x: float, y: float) -> bool:
        """Whether the legend names the lens there."""
        return self.scene is not None and self.scene.on_lens(x / self.scale, y / self.scale)

    def _in_network(self, x: float, y: float) -> tuple[float, float]:
        return self.camera.to_world(x / self.scale, y / self.scale)

    def _is_beside(self, scene: Scene, y: float) -> bool:
        """Whether a magnified network is covered there, by what stands above and below it."""
        return self.camera != STRAIGHT and not scene.top <= y / self.scale <= scene.bottom
