"""The curves of networks that are compared in one plot: a hue and a letter each, which no sign of a number has."""

import pyqtgraph as pg
from PySide6.QtGui import QColor

from twostroke.gui.model.outcome import LETTERS
from twostroke.gui.panels.base.plots import CurvePlot


class CurvesOfAll(CurvePlot):
    """The main network's curve as usual, those of the others in the hues of classes."""

    def _colour_thin(self) -> None:
        hues = self.palette_.classes
        for place, (line, name) in enumerate(self._lines):
            letter = self._thin[place].name if place < len(self._thin) else LETTERS[1]
            hue = hues[LETTERS.index(letter) % len(hues)]
            line.setPen(pg.mkPen(hue, width=2))
            name.setColor(QColor(hue))

    def _name_curves(self) -> None:
        hues = self.palette_.classes
        told = [f'<span style="color:{self.palette_.text}">— {LETTERS[0]}</span>']
        for line in self._thin:
            hue = hues[LETTERS.index(line.name) % len(hues)]
            told.append(f'<span style="color:{hue}">— {line.name}</span>')
        self.legend.setText("&nbsp;&nbsp;".join(told))
