"""Everything a user can do from the keyboard or a menu, in one table; menus, transport and shortcut sheet read it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from twostroke.gui.model.choices import COLOURS, THEMES, Colours, Theme
from twostroke.gui.model.player import AtEnd, Speed, Stroke
from twostroke.gui.model.score import Grain
from twostroke.gui.model.words import LEFT, RIGHT
from twostroke.gui.panels.table import Side
from twostroke.gui.shell.asked_of_window import Host
from twostroke.gui.stage.scene.lenses import IN_COMPANY, LENSES, Lens, instead


@dataclass(frozen=True)
class Action:
    """One thing a user can do. `keys` are in Qt's portable notation; `group` makes a set of exclusive choices."""

    id: str
    text: str
    menu: str
    does: Callable[[Host], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    help: str = ""
    checkable: bool = False
    group: str = ""
    break_before: bool = False
    submenu: str = ""  # of the menu

    @property
    def section(self) -> str:
        """Under which heading the shortcut sheet has it."""
        return self.submenu or self.menu


def _lens(lens: Lens) -> Action:
    return Action(
        f"lens_{lens.id}",
        lens.title,
        "View",
        lambda w: w.company.see_through(lens.id),
        (lens.key,) if lens.key else (),
        help=lens.help,
        checkable=True,
        group="lens",
        submenu="Lens",
    )


def _other_lens(id: str, text: str, key: str, by: int) -> Action:
    return Action(
        id,
        text,
        "View",
        lambda w: w.company.see_next(by),
        (key,),
        help=f"See the network through the {text.lower()} of the list",
        submenu="Lens",
    )


def _theme(theme: Theme) -> Action:
    return _look("theme", theme, theme.capitalize(), lambda w: w.controller.use_theme(theme), THEMES[theme])


def _colours(colours: Colours) -> Action:
    help = "Signs of numbers, in the picture, in panels and in what is exported"
    return _look("colours", colours, COLOURS[colours], lambda w: w.controller.use_colours(colours), help)


def _look(group: str, name: str, text: str, does: Callable[[Host], object], help: str) -> Action:
    first = name == Colours.ORANGE_BLUE
    return Action(f"{group}_{name}", text, "View", does, (), "", help, True, group, first, "Colours")


def _speed(id: str, speed: Speed, help: str, *keys: str) -> Action:
    return Action(
        id,
        speed.value.capitalize(),
        "Stroke",
        lambda w: w.controller.set_speed(speed),
        keys,
        help=help,
        checkable=True,
        group="speed",
        break_before=speed is Speed.FRAME,
    )


ACTIONS: tuple[Action, ...] = (
    Action("new", "New session", "File", lambda w: w.new_session(), ("Ctrl+N",),
           help="Begin with the default session"),
    Action("open", "Open…", "File", lambda w: w.open_dialog(), ("Ctrl+O",),
           help="Open a session, a lesson, or a model of another program"),
    Action("open_link", "Open link…", "File", lambda w: w.document.open_link(), ("Ctrl+Shift+O",),
           help="Open a link to the TensorFlow Playground; a link that is pasted or dropped opens, too"),
    Action("record", "Record a lesson", "File", lambda w: w.workshop.record(),
           help="From update 0 of this session on, what you do becomes the scenes of a lesson"),
    Action("edit_lesson", "Edit a lesson…", "File", lambda w: w.workshop.edit(),
           help="Change the scenes of a lesson in a file, and see at once what becomes of them"),
    Action("save", "Save", "File", lambda w: w.save(), ("Ctrl+S",), help="Write the session to its file",
           break_before=True),
    Action("save_as", "Save as…", "File", lambda w: w.save_as(), ("Ctrl+Shift+S",),
           help="Write the session to another file"),
    Action("save_with_weights", "Save with weights", "File", lambda w: w.save_with_weights(),
           help="Save the network as it is now with the session: opened again, training goes on from there"),
    Action("export", "Export update…", "File", lambda w: w.exporting.update(), ("Ctrl+Shift+E",),
           help="Export the current update as a film or pictures", break_before=True),
    Action("studio", "Studio…", "File", lambda w: w.exporting.studio(), ("Ctrl+E",),
           help="Put strokes, moments and training together, see them, and export them as films, slides and pages"),
    Action("lesson_film", "Film of this lesson…", "File", lambda w: w.exporting.lesson(), help="Its scenes as shots"),
    Action("export_model", "Export code, model or numbers…", "File", lambda w: w.take_away.export(),
           help="The session as a program in NumPy or PyTorch, its weights, or the numbers of an update as a table"),
    Action("quit", "Quit", "File", lambda w: w.quit(), ("Ctrl+Q",), break_before=True),

    Action("undo", "Undo", "Edit", lambda w: w.controller.undo(), ("Ctrl+Z",),
           help="Take back the last change of a setting, or New and Open, weights and all"),
    Action("redo", "Redo", "Edit", lambda w: w.controller.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"),
           help="Make the change again that was taken back last"),
    Action("copy_numbers", "Copy numbers", "Edit", lambda w: w.take_away.copy_numbers(),
           help="Copy the numbers of what is shown as a table, for a spreadsheet", break_before=True),
    Action("copy_picture", "Copy picture", "Edit", lambda w: w.take_away.copy_picture(),
           help="Copy the picture as it is on the screen"),
    Action("type_number", "Type a weight…", "Edit", lambda w: w.type_number(), ("W",),
           help="Type the number of the chosen row of the pinned neuron: a weight, its bias, what else it learns",
           break_before=True),
    Action("turn_up", "Turn a weight up", "Edit", lambda w: w.turn_number(1), ("Alt+Up",),
           help="Turn the weight or bias where the keys stand, or of the chosen row, to the next tenth up"),
    Action("turn_down", "Turn a weight down", "Edit", lambda w: w.turn_number(-1), ("Alt+Down",),
           help="Turn the same to the next tenth down"),
    Action("freeze", "Freeze or free a weight", "Edit", lambda w: w.freeze(), ("K",),
           help="Have updates leave the chosen row of the pinned neuron alone, or change it again"),
    Action("cut", "Cut or mend a link", "Edit", lambda w: w.cut(), ("C",),
           help="Have the link of the chosen row carry nothing on either stroke, or mend it; in the picture, where the "
           "keys stand: the link, or the neuron"),
    Action("switch_gate", "Switch a gate off or on", "Edit", lambda w: w.switch_gate(), ("G",),
           help="Have the stroke that is running pass by the gate of the pinned neuron, or meet it again"),

    Action("play", "Train", "Training", lambda w: w.controller.toggle_play(), ("Space",), "play",
           "Train live, or stand still"),
    Action("update", "One update", "Training", lambda w: w.controller.one_update(), ("U",), "update",
           "Do one update: one optimizer step on one mini-batch"),
    Action("epoch", "One epoch", "Training", lambda w: w.controller.one_epoch(), ("E",), "epoch",
           "Train to the end of the epoch: until every training sample has been seen once"),
    Action("update_back", "One update back", "Training", lambda w: w.controller.one_update_back(), ("Shift+U",),
           help="Stand one update earlier, exactly as it was", break_before=True),
    Action("oldest", "First update", "Training", lambda w: w.controller.go_to_oldest(), ("Home",),
           help="Back to the first update of this run; it can be lived through again"),
    Action("newest", "Newest update", "Training", lambda w: w.controller.go_to_newest(), ("End",),
           help="Forward to the newest update of this run"),
    Action("faster", "Faster", "Training", lambda w: w.controller.change_pace(1), ("+", "="),
           help="More updates per second", break_before=True),
    Action("slower", "Slower", "Training", lambda w: w.controller.change_pace(-1), ("-",),
           help="Fewer updates per second, so that learning can be watched"),
    Action("reset", "Reset", "Training", lambda w: w.controller.reset(), ("R",), "reset",
           "Back to update 0, with the first weights of the seed", break_before=True),
    Action("compare", "Compare…", "Training", lambda w: w.company.ask(), ("N",),
           help="Have networks that differ from this one in one thing train beside it", break_before=True),
    Action("compare_in_step", "In step, or at full speed", "Training", lambda w: w.company.toggle_step(),
           help="Have all networks stand at the same update at every moment, or each train at its own full speed"),
    Action("compare_end", "End the comparison", "Training", lambda w: w.company.close(),
           help="Close all networks but the one of this session"),
    Action("race", "Race…", "Training", lambda w: w.race(), ("Ctrl+R",),
           help="Train this session with other values, from several seeds each, and see the spread"),

    Action("forward", "Forward", "Stroke", lambda w: w.controller.play_stroke(Stroke.FORWARD), ("F", "Shift+F"),
           "forward", "Play the forward stroke of one update; again to pause", checkable=True),
    Action("backward", "Backward", "Stroke", lambda w: w.controller.play_stroke(Stroke.BACKWARD), ("B", "Shift+B"),
           "backward", "Play the backward stroke of one update; again to pause", checkable=True),
    Action("previous", "Previous phase", "Stroke", lambda w: w.controller.step_back(), ("Left", "PgUp"), "previous",
           "Back to the phase before; from the input, to the update before", break_before=True),
    Action("next", "Next phase", "Stroke", lambda w: w.controller.step_forward(), ("Right", "PgDown"), "next",
           "On to the next phase; from the end, to the next update"),
    Action("coarser", "Longer steps", "Stroke", lambda w: w.controller.change_grain(1), (",",),
           help="Have the arrows pass more at a time: a term, a neuron, a phase, a layer, an update"),
    Action("finer", "Shorter steps", "Stroke", lambda w: w.controller.change_grain(-1), (".",),
           help="Have the arrows pass less at a time: an update, a layer, a phase, a neuron, a term"),
    Action("next_stroke", "Next stroke", "Stroke", lambda w: w.controller.next_stroke(), ("Shift+Right",),
           help="Jump to the beginning of the next stroke, in the next update if need be", break_before=True),
    Action("previous_stroke", "Previous stroke", "Stroke", lambda w: w.controller.previous_stroke(), ("Shift+Left",),
           help="Jump to the beginning of this stroke; from there, of the one before"),
    Action("to_loss", "To the loss", "Stroke", lambda w: w.controller.to_loss(), ("J",),
           help="Jump to where the prediction has met its target"),
    Action("to_neuron", "To the neuron's moment", "Stroke", lambda w: w.controller.to_neuron(), ("M",),
           help="Jump to the pinned neuron's next moment: its sum, its gate, on the way back its gate and its weights"),
    Action("loop", "Loop", "Stroke", lambda w: w.controller.toggle_at_end(AtEnd.LOOP), ("O",),
           help="What plays begins anew when it is over: a stroke, or with steps of a layer one layer", checkable=True,
           break_before=True),
    Action("play_on", "Play on", "Stroke", lambda w: w.controller.toggle_at_end(AtEnd.GO_ON), ("P",),
           help="When a stroke is over the other one follows, and then the next update", checkable=True),
    Action("film_slower", "Slower film", "Stroke", lambda w: w.controller.change_speed(-1), ("<",),
           help="From the whole update in a second down to a tenth of a phase a second, and frame by frame"),
    Action("film_faster", "Faster film", "Stroke", lambda w: w.controller.change_speed(1), (">",),
           help="Up to the whole update in one second"),
    _speed("speed_frame", Speed.FRAME, "Each press of an arrow key moves an eighth of a phase", "1"),
    _speed("speed_crawl", Speed.CRAWL, "Ten seconds for each phase"),
    _speed("speed_slower", Speed.SLOWER, "Five seconds for each phase"),
    _speed("speed_slow", Speed.SLOW, "Slow enough to talk about every gate", "2"),
    _speed("speed_normal", Speed.NORMAL, "About a second for each phase", "3"),
    _speed("speed_quick", Speed.QUICK, "Three phases in a second"),
    _speed("speed_quicker", Speed.QUICKER, "Six phases in a second"),
    _speed("speed_fast", Speed.FAST, "The whole update in one second", "4"),
    Action("escape", "Leave stroke mode", "Stroke", lambda w: w.escape(), ("Esc",),
           help="Leave the single update; also a field, a selection or the full screen", break_before=True),

    Action("theme", "Light theme", "View", lambda w: w.controller.toggle_theme(), ("Ctrl+T",), "theme",
           "Change between the dark and the light theme", checkable=True),
    *map(_theme, THEMES),
    *map(_colours, COLOURS),
    Action("motion", "Reduced motion", "View",
           lambda w: w.controller.set_reduced_motion(not w.controller.choices.reduced_motion),
           help="Cross-fades instead of travelling pulses", checkable=True),
    Action("log_updates", "Logarithmic updates", "View", lambda w: w.controller.toggle_log_updates(), ("X",),
           help="In the curves and below the picture each factor of ten takes equal room: "
                "the beginning of a long run can be seen", checkable=True),
    *(_lens(lens) for lens in (*LENSES, *IN_COMPANY)),
    Action("keep_activation", "Keep the activation", "View",
           lambda w: w.controller.see_through(instead(w.controller.choices.lens)), ("A",),
           help="Circles show the activation on the backward stroke too, or the gradient again as it arrives",
           break_before=True, submenu="Lens"),
    _other_lens("lens_next", "Next lens", "V", 1),
    _other_lens("lens_previous", "Previous lens", "Shift+V", -1),
    Action("more_digits", "More digits", "View", lambda w: w.controller.change_digits(1), ("Ctrl+D",),
           help="Write numbers with one digit more, up to nine, wherever they have room", break_before=True),
    Action("fewer_digits", "Fewer digits", "View", lambda w: w.controller.change_digits(-1), ("Ctrl+Shift+D",),
           help="Write numbers with one digit less, down to two"),
    Action("explain_back", "Back to the number before", "View", lambda w: w.controller.explain_back(), ("Alt+Left",),
           help="In the account of a number: back to the one that led to it"),
    Action("fit", "Fit the network", "View", lambda w: w.fit_stage(), ("0", "Ctrl+0"),
           help="Show the whole network again", break_before=True),
    Action("zoom_in", "Look closer", "View", lambda w: w.zoom_stage(1.25), ("Ctrl++", "Ctrl+="),
           help="Magnify the network around the middle, or around where the keys stand"),
    Action("zoom_out", "See more", "View", lambda w: w.zoom_stage(0.8), ("Ctrl+-",),
           help="Magnify the network less"),
    Action("catalogue", "Activation functions…", "View", lambda w: w.show_catalogue(), ("Shift+A",),
           help="All activation functions on one page, each to be dragged onto a layer", break_before=True),
    Action("compare_large", "One network large", "View", lambda w: w.company.enlarge_next(), ("Shift+N",),
           help="Of networks that are compared, show one after the other large and the rest small, then all alike"),
    Action("lesson", "What to look for", "View", lambda w: w.toggle_lesson(), ("L",),
           help="Show or hide the text of the lesson", checkable=True),
    Action("next_part", "Next panel", "View", lambda w: w.next_part(True), ("F6",),
           help="Give the keys to the next part of the window: buttons, each panel, the picture, the updates",
           break_before=True),
    Action("previous_part", "Previous panel", "View", lambda w: w.next_part(False), ("Shift+F6",),
           help="Give the keys to the part of the window before"),
    Action("left_column", "Left column", "View", lambda w: w.columns.toggle(Side.LEFT), ("F7",),
           help="Fold the column left of the picture, or bring it back", checkable=True, break_before=True),
    Action("right_column", "Right column", "View", lambda w: w.columns.toggle(Side.RIGHT), ("F8",),
           help="Fold the column right of the picture, or bring it back", checkable=True),
    Action("alone", "Picture alone", "View", lambda w: w.columns.toggle_both(), ("F9",),
           help="Fold both columns, or bring them back as they were", checkable=True),
    Action("full_screen_with_panels", "Full screen", "View", lambda w: w.fill_screen(),
           help="Fill the screen with the window as it is", checkable=True, break_before=True),
    Action("full_screen", "Presenter mode", "View", lambda w: w.presenter.toggle(), ("F11", "F5", "Shift+F5"),
           help="The picture alone on the whole screen, in text for the back row, with all controls locked; "
                "Esc or F11 brings everything back as it was", checkable=True, submenu="Presenting"),
    Action("notes", "Presenter notes", "View", lambda w: w.presenter.show_notes(), ("Shift+F11",), submenu="Presenting",
           help="The lecturer's own window: notes, what comes next, the time, and what the class sees"),
    Action("swap_screens", "Swap screens", "View", lambda w: w.presenter.swap_screens(), submenu="Presenting",
           help="In presenter mode: the picture on the other screen, and the notes on this one"),
    Action("panels_beside", "Output, curves beside", "View", lambda w: w.presenter.choose_panels(), ("Q",),
           submenu="Presenting",
           help="In presenter mode: beside the picture a scene of a lesson, the output, the curves, then nothing"),
    Action("black_out", "Black screen", "View", lambda w: w.presenter.black_out(), submenu="Presenting",
           help="In presenter mode: the screen is black until any key is pressed"),
    Action("pointer", "Pointer", "View", lambda w: w.presenter.switch_pointer(), ("I", "Ctrl+L"), checkable=True,
           help="In presenter mode: a red dot follows the mouse, and goes when it rests", submenu="Presenting"),
    Action("theme_next", "Next theme", "View", lambda w: w.controller.use_next_theme(), ("T",), submenu="Presenting",
           help="Light, dark, that for a hall: in presenter mode, too, where no menu is seen"),

    Action("welcome", "Welcome", "Help", lambda w: w.welcoming.show(),
           help="The page with all lessons and the ways to a session of your own; Esc leads back"),
    Action("glossary", "Glossary", "Help", lambda w: w.helping.show_glossary(), ("F1",),
           help="What each word of the program and its lessons means"),
    Action("shortcuts", "Keyboard shortcuts", "Help", lambda w: w.helping.show_shortcuts(), ("?",),
           help="All keys on one sheet"),
    Action("leaves_out", "What this picture leaves out", "Help", lambda w: w.helping.show_leaves_out(),
           help="Where the picture says less than the numbers"),
    Action("about", "About Twostroke", "Help", lambda w: w.helping.show_about(), break_before=True),
)  # fmt: skip

REPEATED = (
    *("next", "previous", "film_slower", "film_faster", "next_stroke", "previous_stroke", "to_neuron"),
    *("turn_up", "turn_down", "coarser", "finer", "update", "update_back", "undo", "redo", "faster", "slower"),
    *("zoom_in", "zoom_out", "next_part", "previous_part", "lens_next", "lens_previous"),
)
"""Actions that a key that is held does again and again."""

MENUS: tuple[str, ...] = tuple(dict.fromkeys(action.menu for action in ACTIONS))


def key_text(action: Action) -> str:
    """The first key of an action as the platform writes it; arrows as arrows."""
    if not action.keys:
        return ""
    signs = {"Left": LEFT, "Right": RIGHT}
    return signs.get(action.keys[0], QKeySequence(action.keys[0]).toString(QKeySequence.SequenceFormat.NativeText))


def tip(action: Action) -> str:
    """What a tool tip says: the action, its key, and what it does."""
    key = key_text(action)
    head = f"{action.text.rstrip('…')} ({key})" if key else action.text
    return f"{head}\n{action.help}" if action.help else head


def name_unit(made: dict[str, QAction], grain: Grain) -> None:
    """Have the actions that step say what they pass."""
    by_id = {entry.id: entry for entry in ACTIONS}
    for id in ("previous", "next"):
        entry = by_id[id]
        named = replace(entry, text=entry.text.replace("phase", grain), help=_help(entry, grain))
        made[id].setText(named.text)
        made[id].setToolTip(tip(named))
        made[id].setStatusTip(named.help)


def _help(entry: Action, grain: Grain) -> str:
    if grain is Grain.UPDATE:
        return "On to the end of the update, then to the next one" if entry.id == "next" else "Back to its beginning"
    return entry.help.replace("phase", grain)


def build(host: Host, parent: QObject) -> dict[str, QAction]:
    """A QAction for each entry of the table, by id."""
    made: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    for entry in ACTIONS:
        action = QAction(entry.text, parent)
        action.setObjectName(f"action-{entry.id}")
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(entry.id in REPEATED)
        action.setToolTip(tip(entry))
        action.setStatusTip(entry.help)
        action.setCheckable(entry.checkable)
        action.triggered.connect(lambda _=False, entry=entry: entry.does(host))
        if entry.group:
            groups.setdefault(entry.group, QActionGroup(parent)).addAction(action)
        made[entry.id] = action
    return made
