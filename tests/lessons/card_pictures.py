"""The pictures on the cards of the welcome: of each lesson one scene. `make lessons` draws them."""

import sys
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from tests.project import ROOT
from twostroke.engine.run.capture import snapshot_of
from twostroke.gui.export.render import ensure_application, ensure_font
from twostroke.gui.look.painting import painting
from twostroke.gui.model.choices import NeuronRef, Theme
from twostroke.gui.model.lessons import lesson, lessons
from twostroke.gui.model.lessons.alone import Alone, played
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.shell.welcome.drawn_ahead import DRAWN
from twostroke.gui.stage.finder import Finder
from twostroke.gui.stage.paint.camera import STRAIGHT
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.scene.build import BARE, scene_at

WHERE = ROOT / "resources" / "cards"
WIDTH, HEIGHT = 560, 280
COMPOSED = (900.0, 440.0)
"""Pixels of the whole picture, of which the network alone is shown: without headings and strips."""

AROUND = (7.0, 3.0, 16.0, 3.0)
"""Pixels left, above, right and below of the neurons; right of the last ones are their doors."""

EDGE = 10
"""Pixels that stay free around it."""

QUALITY = 85
ENDING = ".webp"

SCENES = {
    "two-strokes": 3,
    "switch-and-dimmer": 4,
    "linear-collapse": 5,
    "gate-out": 5,
    "sparsity": 5,
    "dead-units": 3,
    "vanishing": 3,
    "catalogue": 3,
    "hinges": 4,
    "organs": 6,
    "mixed-activations": 6,
    "real-tasks": 1,
    "by-hand": 7,
    "reading-a-gradient": 1,
    "choosing": 5,
}
"""Of which scene, from 1, the picture is; of a lesson that is not named here, the second."""


def moment(name: str) -> Alone:
    """The lesson at the scene of its card."""
    every = lesson(name)
    wanted = min(SCENES.get(name, 2), len(every.scenes))
    return next(alone for at, alone in enumerate(played(every), 1) if at == wanted)


def picture(alone: Alone, theme: Theme) -> QImage:
    """Its network at this moment."""
    trainer = alone.trainer
    trainer.evaluate()
    tape = trainer.tape if alone.cursor is not None else None
    return painted(resolve(snapshot_of(trainer), tape, alone.cursor, replace(alone.choices, theme=theme)))


def painted(view: ViewState) -> QImage:
    """The network of a view, as large as there is room for."""
    scene = replace(scene_at(view, *COMPOSED, written=BARE), marks=(), words=())
    every = frozenset(NeuronRef(layer, unit) for layer, width in enumerate(view.widths) for unit in range(width))
    box = Finder(scene, STRAIGHT, 1.0).box_of(every)
    assert box is not None
    left, top, right, bottom = AROUND
    box.adjust(-left, -top, right, bottom)
    scale = min((WIDTH - 2 * EDGE) / box.width(), (HEIGHT - 2 * EDGE) / box.height())
    x, y = (WIDTH - scale * box.width()) / 2, (HEIGHT - scale * box.height()) / 2
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor(scene.background))
    with painting(image) as painter:
        painter.setClipRect(QRectF(x, y, scale * box.width(), scale * box.height()))
        whole = QRectF(x - scale * box.x(), y - scale * box.y(), scale * COMPOSED[0], scale * COMPOSED[1])
        paint(painter, scene, whole)
    return image


def main() -> int:
    """Write the pictures of all lessons in each theme that is drawn ahead."""
    app = ensure_application()
    ensure_font()
    WHERE.mkdir(exist_ok=True)
    for each in lessons():
        alone = moment(each.name)
        for theme in DRAWN:
            image = picture(alone, theme)
            image.save(str(WHERE / f"{each.name}-{theme.value}{ENDING}"), None, QUALITY)
        print(each.name, flush=True)
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
