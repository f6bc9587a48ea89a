"""The panels' style sheet, made from a palette: compact fields and quiet names, the same in every panel."""

from twostroke.gui.look.theme import Palette

_SHEET = """
QLabel {{ color: {text}; background: transparent; }}
QLabel[role="muted"], QLabel[role="remark"] {{ color: {muted}; }}
QLabel[role="heading"] {{ color: {muted}; font-size: 11px; font-weight: 600; padding-bottom: 2px; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="warning"] {{ color: {warning}; }}
QLabel[role="remark"], QLabel[role="warning"] {{ font-size: 11px; }}
QComboBox, QSpinBox, QDoubleSpinBox {{
    color: {text}; background: {raised}; border: 1px solid {line}; border-radius: 4px;
    padding: 1px 4px; min-height: 18px;
    selection-background-color: {accent}; selection-color: {background};
}}
QSpinBox, QDoubleSpinBox {{ padding-left: 6px; }}
QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover {{ border-color: {muted}; }}
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ border-color: {accent}; }}
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {{ color: {muted}; background: transparent; }}
QComboBox::drop-down {{ border: none; width: 16px; }}
QComboBox::down-arrow {{ image: none; }}
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {{
    border: none; background: transparent; width: 16px;
}}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
    color: {text}; background: {raised}; border: 1px solid {line};
    selection-background-color: {accent}; selection-color: {background}; outline: none;
}}
QComboBox QLineEdit {{ color: {text}; background: transparent; border: none; padding: 0; }}
QSpinBox[role="stepper"] {{ padding: 1px 0; }}
QSpinBox[role="stepper"]::up-button {{ subcontrol-position: center right; width: 17px; height: 20px; }}
QSpinBox[role="stepper"]::down-button {{ subcontrol-position: center left; width: 17px; height: 20px; }}
QToolButton {{
    color: {text}; background: {raised}; border: 1px solid {line}; border-radius: 4px; padding: 1px 5px;
}}
QToolButton:hover {{ border-color: {muted}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:checked {{ background: {accent}; color: {background}; border-color: {accent}; }}
QToolButton:disabled {{ color: {line}; background: transparent; }}
QToolButton[role="small"] {{ padding: 0; font-weight: 600; }}
QToolButton[role="fold"] {{ color: {muted}; background: transparent; border: 1px solid transparent; padding: 0; }}
QToolButton[role="fold"]:hover {{ color: {text}; }}
QToolButton[role="fold"]:checked {{ color: {accent}; }}
QToolButton[role="fold"]:focus {{ border-color: {accent}; }}
QToolButton[role="link"] {{
    color: {accent}; background: transparent; border: 1px solid transparent; padding: 1px 2px;
}}
QToolButton[role="link"]:disabled {{ color: {line}; }}
QToolButton[role="link"]:hover {{ text-decoration: underline; }}
QToolButton[role="link"]:focus {{ border-color: {accent}; }}
QCheckBox {{ color: {text}; spacing: 6px; }}
QCheckBox:focus {{ color: {accent}; }}
QTableView {{
    color: {text}; background: transparent; border: none; gridline-color: {line};
    selection-background-color: {raised}; selection-color: {text};
}}
QTableView QHeaderView::section, QHeaderView::section {{
    color: {muted}; background: {surface}; border: none; border-bottom: 1px solid {line}; padding: 1px 4px;
    font-weight: 400;
}}
QHeaderView, QTableCornerButton::section {{ background: {surface}; border: none; }}
"""


def sheet(palette: Palette) -> str:
    """The style sheet for `palette`."""
    return _SHEET.format_map(vars(palette))
