"""Films of storyboards: what stands beside the stage, that they are the same each time, and the files they become."""

import gc
import re
import weakref
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.gui.scenes import discs_of
from tests.storyboard.boards import CURVES, SHOT, SMALL, TRAINING, written
from twostroke.engine.border.cursor import Extra
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.export import board_request, board_takes
from twostroke.gui.export.board_request import BoardRequest, Picked, make_board_job
from twostroke.gui.export.board_takes import BoardTakes, takes_of
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.export.render import FrameRenderer, ensure_application, ensure_font
from twostroke.gui.export.staging import on_tape
from twostroke.gui.look.colour import packed
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.moments import telling_cursor
from twostroke.gui.model.score import Grain
from twostroke.gui.model.storyboard.board import Storyboard
from twostroke.gui.model.storyboard.of_taken import taken_shot
from twostroke.gui.model.storyboard.shot_frames import TRAINING_STEPS, frames_of
from twostroke.gui.stage.scene.ink import ink_of
from twostroke.gui.stage.scene.items import Discs, Rects, Text

COMPARED = ("{seed = 5}", '{activation = "tanh"}', '{init = "zeros"}')


@pytest.fixture(autouse=True)
def ready(application: object) -> None:
    """Painting needs an application and the bundled typeface."""
    ensure_application()
    ensure_font()


def renderer(board: Storyboard) -> FrameRenderer:
    size = board.picture.width, board.picture.height
    return FrameRenderer(BoardTakes(board), frames_of(board), board, size)


@pytest.mark.parametrize(
    "parts",
    [
        (CURVES, TRAINING, SHOT + 'show = "forward"\nseconds = 1\n'),
        (CURVES.replace("480x270", "270x480"), TRAINING),
        (SMALL, SHOT + "seconds = 0.4\n", SHOT + 'camera = "l2[3]"\nseconds = 1\n'),
        ('compare = [{activation = "tanh"}]\n' + SMALL, TRAINING, SHOT + 'show = "backward"\nseconds = 1\n'),
        ("compare = [{seed = 5}]\n" + CURVES.replace("480x270", "1400x820"), TRAINING),
    ],
)
def test_any_order_gives_the_same_pictures_and_a_frame_needs_none_before_it(parts: tuple[str, ...]) -> None:
    board = written(*parts)
    one, other = renderer(board), renderer(board)
    in_order = [QImage(one.image(index)) for index in range(len(frames_of(board)))]
    for index in reversed(range(0, len(in_order), 2)):
        assert other.image(index) == in_order[index], index
    assert len({bytes(image.constBits()) for image in in_order}) > len(in_order) / 2


@pytest.mark.parametrize("room", [0, 5])
def test_takes_are_kept_as_long_as_they_have_room_the_newest_first(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    board = written(SMALL.replace("fps = 5", "fps = 40"), TRAINING)
    takes, one = BoardTakes(board), 4 * Trainer(board.session).state.theta.nbytes
    monkeypatch.setattr(board_takes, "KEPT_BYTES", room * one)
    alive = [weakref.ref(takes(index)) for index in range(20)]
    gc.collect()
    there = [index for index, take in enumerate(alive) if take() is not None]
    assert there == list(range(20 - max(2, room), 20))
    again = takes(there[0])
    assert again is alive[there[0]]()
    takes(20)
    assert takes(there[0]) is again, "who was asked for last goes last"


def test_beside_the_stage_stand_update_output_and_curves() -> None:
    film = renderer(written(CURVES, TRAINING))
    for index, update in ((0, 0), (4, 40)):
        scene = film.scene(index)
        assert scene.texts("update number") == (f"Update {update}",)
        assert scene.with_role("map")
        assert f"After update {update}." in film.view(index).caption
    drawn = [len(item.x1) for item in film.scene(4).with_role("curve")]  # type: ignore[union-attr]
    assert drawn
    assert max(drawn) >= 40


def test_of_a_training_only_what_learns_is_drawn_anew() -> None:
    """The samples and the axes are the same objects in each frame."""
    film = renderer(written(CURVES, TRAINING))
    one, other = ({id(item) for item in film.scene(index).frame if item.role == "axis"} for index in (1, 4))
    points = [{id(item) for item in film.scene(index).frame if isinstance(item, Discs)} for index in (1, 4)]
    assert len(one & other) >= 4  # those of the map
    assert points[0] & points[1]


def test_what_rests_beside_the_stage_is_the_same_object() -> None:
    """So it is not painted again, as little as the stage itself."""
    film = renderer(written(CURVES, SHOT + "seconds = 2\n"))
    one, other = ({id(item) for item in film.scene(index).frame if item.role in ("map", "curve")} for index in (3, 7))
    assert one == other != set()


def test_a_network_that_is_looked_at_closely_stays_beside_its_charts() -> None:
    """All that it would cover of them is covered before they are drawn, and nothing where the whole is seen."""
    whole = renderer(written(CURVES, SHOT)).scene(3)
    near = renderer(written(CURVES, SHOT + 'camera = "l2[3]"\n')).scene(3)
    frame = near.frame
    (cover,) = [item for item in frame if item.role == "cover"]
    assert isinstance(cover, Rects)
    first = next(place for place, item in enumerate(frame) if item.role == "update number")
    assert frame.index(cover) < first
    assert (cover.y[0], cover.x[0] + cover.width[0]) == (0.0, pytest.approx(near.width))
    assert not [item for item in whole.frame if item.role == "cover"]


def test_captions_title_and_legend_can_stay_away() -> None:
    whole = renderer(written(SMALL, SHOT + 'caption = "Look."\n')).scene(3)
    bare = renderer(written(SMALL + "title = false\ncaptions = false\nlegend = false\n", SHOT)).scene(3)
    assert whole.texts("caption") == ("Look.",)
    assert whole.texts("title") == ("Mine",)
    assert whole.texts("legend")
    assert not any(bare.texts(role) for role in ("caption", "title", "legend"))
    assert bare.bottom > whole.bottom


def test_networks_that_are_compared_are_named() -> None:
    film = renderer(written('compare = [{activation = "tanh"}, {seed = 5}]\n' + SMALL, TRAINING))
    told = film.scene(2).texts()
    assert [text for text in told if text[:4] in ("A   ", "B   ", "C   ")] == [
        "A   as it is",
        "B   all hidden layers: tanh",
        "C   weight seed: 5",
    ]
    assert len(film.scene(2).texts("stroke")) == 1
    assert any("differs from the main network" in text for text in told)
    assert "A " in film.view(2).caption
    assert ", C " in film.view(2).caption


def captions(*parts: str) -> list[str]:
    board = written(*parts)
    film = renderer(board)
    return [film.view(index).caption for index in range(len(frames_of(board)))]


def test_what_is_true_of_the_main_network_alone_is_told_of_it() -> None:
    compared = 'compare = [{activation = "tanh"}]\n' + SMALL
    told = captions(compared, SHOT)
    gates = [caption for caption in told if "z meets the gates of hidden 1" in caption]
    assert gates
    assert all(caption.startswith("A: ") for caption in gates)
    assert told[0].startswith("Sample ")
    assert {*captions(compared, SHOT + 'caption = "Two of them."\n')} == {"Two of them."}
    assert not any(caption.startswith("A: ") for caption in captions(SMALL, SHOT))


def test_networks_of_other_seeds_show_the_sample_of_the_main_one() -> None:
    """Though they take the samples in an order of their own; what each learns from an update stays its own."""
    board = written("compare = [{seed = 5}]\n" + SMALL, SHOT + "row = 2\n")
    take = BoardTakes(board)(0)
    own, (other,) = take.snapshot.tape, (each.tape for each in take.beside)
    assert own is not None
    assert other is not None
    assert other.rows.tolist() == own.rows.tolist()
    alone = Trainer(board.compare[0].made_on(board.session).session)
    alone.advance(20)
    plain = alone.record()
    assert plain.rows.tolist() != own.rows.tolist()
    assert other.layers[0].weight_next.tolist() == plain.layers[0].weight_next.tolist()
    main, beside_it = (discs_of(renderer(board).scene(0), "neuron 0")[i] for i in (0, 1))
    assert main.fill.tolist() == beside_it.fill.tolist()


@pytest.mark.parametrize("size", ["480x270", "300x300", "270x480"])
@pytest.mark.parametrize("others", [1, 2, 3])
def test_compared_networks_have_an_output_each_and_one_chart_of_their_losses(others: int, size: str) -> None:
    compare = f"compare = [{', '.join(COMPARED[:others])}]\n"
    theme = ink_of(PALETTES[Theme.LIGHT])
    for layout, curves in (("stage", 0), ("output", 0), ("curves", others + 1)):
        picture = CURVES.replace("480x270", size).replace('"curves"', f'"{layout}"')
        scene = renderer(written(compare + picture, TRAINING)).scene(4)
        assert len(scene.with_role("map")) == (0 if layout == "stage" else others + 1)
        drawn = scene.with_role("curve")
        assert len(drawn) == curves
        assert scene.texts("update number") == (("Update 40",) if curves else ())
        if not curves:
            continue
        hues = [theme.text, *(packed(PALETTES[Theme.LIGHT].class_hue(at)) for at in range(1, others + 1))]
        assert [item.colour[0] for item in reversed(drawn)] == hues  # type: ignore[union-attr]
        letters = [(item.text, item.colour) for item in scene.frame if isinstance(item, Text) and item.text[0] == "—"]
        assert sorted(letters) == [(f"— {letter}", hue) for letter, hue in zip("ABCD", hues, strict=False)]


@pytest.mark.parametrize("layout", ["stage", "curves"])
def test_the_words_of_compared_networks_grow_with_the_picture(layout: str) -> None:
    def share(size: str) -> float:
        picture = CURVES.replace("480x270", size).replace('"curves"', f'"{layout}"')
        scene = renderer(written("compare = [{seed = 2}, {seed = 3}, {seed = 5}]\n" + picture, SHOT)).scene(3)
        texts = [item for item in (*scene.world, *scene.frame) if isinstance(item, Text)]
        (caption,) = {item.size for item in texts if item.role == "caption"}
        return min(item.size for item in texts) / caption

    assert share("3840x2160") == pytest.approx(share("1280x720"), rel=0.01)


def test_a_request_checks_itself() -> None:
    board = written(SMALL, SHOT)
    with pytest.raises(ExportRequestError, match="50"):
        BoardRequest("film.gif", written(SMALL.replace("fps = 5", "fps = 60"), SHOT))
    with pytest.raises(ExportRequestError, match="not a kind of file"):
        BoardRequest("film.doc", board)


def test_of_kinds_of_one_ending_none_is_advised_in_place_of_another() -> None:
    with pytest.raises(ExportRequestError, match=r"Choose one of \.webm, .*\.svg, \.pptx, a folder"):
        BoardRequest("a.pdf", written("[picture]\ntransparent = true\n", SHOT), "steps")


@pytest.mark.parametrize("picture", [CURVES, SMALL + 'theme = "dark"\n', CURVES.replace("480x270", "upright")])
def test_a_magnified_network_without_a_background_ends_where_something_else_is_written(
    application: object, picture: str
) -> None:
    """On the ground of its theme it is the picture that has one."""
    parts = (SHOT + "seconds = 0.4\n", '[[shots]]\nat = 20\ncamera = "l2[3]"\nseconds = 2\n')
    opaque, clear = (renderer(written(picture + more, *parts)) for more in ("", "transparent = true\n"))
    for frame in (4, 11):  # on its way, and there
        with_ground = opaque.image(frame)
        laid = QImage(with_ground.size(), QImage.Format.Format_RGB32)
        laid.fill(0xFF000000 | (opaque.scene(frame).background & 0xFFFFFF))
        with painting(laid) as painter:
            painter.drawImage(0, 0, clear.image(frame))
        apart = np.abs(channels(laid) - channels(with_ground)).max(axis=2) > 8
        scene = opaque.scene(frame)
        scale = laid.height() / scene.height
        for edge in (scene.top, scene.bottom):  # which are smooth in one of them
            apart[round(edge * scale) - 1 : round(edge * scale) + 2] = False
        for cover in scene.with_role("cover"):
            assert isinstance(cover, Rects)
            left = round(float(cover.x[0]) * scale)
            apart[:, max(left - 1, 0) : left + 2] = False
        assert not apart.any()


def channels(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


@pytest.mark.parametrize("camera", ["", 'camera = "l2[3]"\n'])
def test_a_drawing_of_a_magnified_network_is_cut_and_what_is_written_about_it_is_not(
    application: object, tmp_path: Path, camera: str
) -> None:
    board = written(CURVES + "transparent = true\n", SHOT + 'show = "gate_back:1"\n' + camera)
    path = tmp_path / "clear.svg"
    job = make_board_job(BoardRequest(str(path), board), takes_of(board))
    job.start()
    job.finish()
    drawing = ElementTree.parse(path).getroot()
    name = "{http://www.w3.org/2000/svg}"
    cuts = {f"url(#{cut.get('id')})": cut[0].get("d", "") for cut in drawing.iter(f"{name}clipPath")}
    used = [part.get("clip-path", "") for part in drawing.iter() if part.get("clip-path")]
    assert bool(cuts) == bool(used) == bool(camera)
    if camera:
        whole = re.compile(r"M0,0 L([\d.]+),0 L\1,([\d.]+) L0,\2 L0,0 Z? ?")
        assert whole.fullmatch(cuts[used[-1]]), "the caption, the charts and the legend"
        assert not whole.fullmatch(cuts[used[len(used) // 4]]), "the network"


def test_a_sheet_that_no_program_would_open_is_refused_and_pages_are_not(tmp_path: Path) -> None:
    layers = ", ".join(["{units = 8}"] * 50)
    board = written(SHOT, f"[session.network]\nlayers = [{layers}]\n", session="")
    with pytest.raises(ExportRequestError, match=r"257 panels of a network of 3,160 links .* Choose \.pdf") as refused:
        BoardRequest(str(tmp_path / "a.svg"), board, "storyboard")
    assert str(refused.value).endswith(".")
    assert len(BoardRequest(str(tmp_path / "a.pdf"), board, "storyboard").frames) == 257
    coarse = replace(board, shots=(replace(board.shots[0], grain=Grain.UPDATE),))
    assert len(BoardRequest(str(tmp_path / "a.svg"), coarse, "storyboard").frames) < 30


@pytest.mark.parametrize("grain", ["term", "neuron", "phase", "layer", "update"])
@pytest.mark.parametrize("show", ["forward", "backward", "update"])
def test_a_player_has_each_stop_also_where_the_film_does_not_rest_or_is_shorter(show: str, grain: str) -> None:
    shot = f'{SHOT}show = "{show}"\ngrain = "{grain}"\nseconds = 1.3\n'
    request = BoardRequest("page.html", written(SMALL, shot, TRAINING))
    moments = request.frames
    assert isinstance(moments, Picked)
    reached = [(moments.frames[stop].take, moments.frames[stop].cursor) for stop in moments.stops]
    asked = [(frame.take, frame.cursor) for frame, _ in request.film.stops]
    assert [stop for stop in dict.fromkeys(reached) if stop in asked] == asked
    assert list(moments.times) == sorted(moments.times)
    assert max(moments.times[stop] for stop in moments.stops if moments.frames[stop].shot == 0) <= 1.3


def test_the_title_of_a_drawing_may_stand_in_xml(tmp_path: Path) -> None:
    board = replace(written(SHOT), title="\x01One\x0b & <two>\ufffe")
    request = BoardRequest(str(tmp_path / "one.svg"), board)
    job = make_board_job(request, BoardTakes(board))
    job.start()
    assert job.finish() is not None
    assert ElementTree.parse(tmp_path / "one.svg").findtext("{*}title") == "One & <two>"


@pytest.mark.parametrize(("failing", "told"), [(0, "Network A (as it is): "), (2, "Network C (weight seed: 5): ")])
def test_the_network_that_does_not_come_to_an_update_is_named(
    failing: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes = BoardTakes(written('compare = [{activation = "tanh"}, {seed = 5}]\n' + SMALL, TRAINING))
    taken: list[object] = []

    def fails(trainer: object, update: int, on_progress: object) -> None:
        taken.append(trainer)
        if len(taken) > failing:
            raise ExportError("Update 40 cannot be reached.")

    monkeypatch.setattr("twostroke.gui.export.board_takes.train_to", fails)
    with pytest.raises(ExportError, match=re.escape(told + "Update 40 cannot be reached.")):
        takes(0)


def test_of_one_network_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(trainer: object, update: int, on_progress: object) -> None:
        raise ExportError("Update 40 cannot be reached.")

    monkeypatch.setattr("twostroke.gui.export.board_takes.train_to", fails)
    with pytest.raises(ExportError, match=r"^Update 40"):
        BoardTakes(written(SMALL, TRAINING))(0)


def test_a_picture_of_a_whole_update_is_its_most_telling_moment_and_of_a_stroke_its_end() -> None:
    whole, stroke = written(SMALL, SHOT, TRAINING), written(SMALL, SHOT + 'show = "forward"\n', SHOT)
    request = BoardRequest("one.png", whole)
    assert request.poster.cursor == telling_cursor(whole.score.depth)
    assert (len(request.frames), request.frames[0]) == (1, request.poster)
    assert BoardRequest("deck.pptx", whole, "film").poster == request.poster
    assert BoardRequest("one.png", whole, seen=3).poster == request.film[3]
    end = BoardRequest("one.png", stroke)
    assert end.poster == end.film[end.film.begins(1) - 1]


@pytest.mark.parametrize(
    ("grain", "seconds", "said"), [("term", 2, " (too short to show every term)"), ("phase", 1, "")]
)
def test_where_terms_pass_between_two_frames_it_is_said(grain: str, seconds: int, said: str) -> None:
    board = written(SMALL, f'{SHOT}grain = "{grain}"\nseconds = {seconds}\n')
    assert BoardRequest("film.gif", board).told_length == f", {seconds} s long{said}"
    assert BoardRequest("one.png", board).told_length == ""


def test_of_a_player_the_steps_are_told() -> None:
    board = written(SMALL, SHOT + "seconds = 3\n", TRAINING)
    steps = len(frames_of(board).stops)
    assert BoardRequest("page.html", board).told_length == f", {steps} steps, 4 s long"


def test_a_player_moves_as_a_film_does_but_less_in_a_training_and_in_a_long_film(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    board = written(SMALL.replace("fps = 5", "fps = 60"), SHOT + "seconds = 2\n", TRAINING.replace("40", "2000"))
    film = frames_of(board)
    moments = BoardRequest("page.html", board).frames
    assert isinstance(moments, Picked)
    shown = [{frame for frame in moments.frames if frame.shot == shot} for shot in (0, 1)]
    assert len({film[index] for index in range(film.begins(1))} - shown[0]) <= 1  # less than a millisecond from a stop
    assert len(shown[1]) <= board_request.TRAINING_RATE + TRAINING_STEPS < 60
    assert min(later - time for time, later in pairwise(moments.times)) >= board_request.NEAR
    monkeypatch.setattr(board_request, "MOST_MOMENTS", 30)
    fewer = BoardRequest("page.html", board).frames
    assert 30 < len(fewer) <= 30 + len(film.stops) + len(board.shots) < len(moments)


def test_a_mini_batch_of_one_sample_that_is_taken_has_no_mean() -> None:
    """Also in the steps of its shot, where others of the session have one."""
    data = 'name = "rows"\nx = [[0], [1], [2]]\ny = [0, 1, 1]\ntrain_share = 1.0\n'
    session = f"[session.data]\n{data}[session.training]\nbatch_size = 2\n[[session.network.layers]]\nunits = 2\n"
    board = written('[[shots]]\nat = 1\ngrain = "term"\n', session=session)
    taken = BoardTakes(board)(0)
    assert taken.tape is not None
    assert taken.tape.samples == 1
    alone = replace(board, shots=(taken_shot(board.shots[0], taken),))
    means = [
        [frame.cursor.term is Extra.MEAN for frame, _ in frames_of(each).stops if frame.cursor is not None]
        for each in (board, alone)
    ]
    assert [sum(each) for each in means] == [2, 0]
    assert len(means[0]) == len(means[1]) + 2
    assert takes_of(alone)(0) is taken
    cursors = [frame.cursor for frame, _ in frames_of(board).stops]
    shown = [on_tape(cursor, taken) for cursor in cursors]
    assert not [cursor for cursor in shown if cursor is not None and cursor.term is Extra.MEAN]
    assert [cursor for cursor in shown if cursor in cursors] == [
        cursor for cursor in cursors if cursor is not None and cursor.term is not Extra.MEAN
    ], "all others stay"
