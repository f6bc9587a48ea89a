"""Each encoder's file, read back: as many frames as went in, in order, of the right size, time and colour."""

import itertools
import os
import struct
import weakref
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from tests.export.pictures import GROUND, ground_of, number_of, picture
from twostroke.engine.files.sweeping import PART, sweep
from twostroke.gui.export import formats, gif_limit, writers
from twostroke.gui.export.gif_limit import CappedGifWriter
from twostroke.gui.export.job import ExportJob, Writer
from twostroke.gui.export.kind import Codec, Format, Needs, Work
from twostroke.gui.export.refusals import ExportError, ExportRequestError

FRAMES, SIZE, FPS = 30, (192, 128), 25
GROUND_RGB = GROUND.red(), GROUND.green(), GROUND.blue()


def by_ending(ending: str) -> Format:
    return next(f for f in formats.FORMATS if f.ending == ending)


def open_writer(path: Path, ending: str, frames: int = FRAMES) -> Writer:
    chosen = by_ending(ending)
    work = Work(path, chosen, SIZE, FPS, frames, "A title", lambda: map(picture, range(0, frames, 4)))
    return chosen.open(work)


def make(path: Path, ending: str, frames: int = FRAMES) -> Path:
    job = ExportJob(picture, frames, lambda part: open_writer(part, ending, frames), path)
    job.start()
    result = job.finish()
    assert result is not None
    return result


def decode(path: Path) -> tuple[list[np.ndarray], list[float]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return [frame.to_ndarray(format="rgb24") for frame in frames], [frame.time for frame in frames]


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("ending", [".mp4", ".webm", ".gif", ".apng"])
def test_a_film_comes_back_frame_by_frame(tmp_path: Path, ending: str) -> None:
    pictures, times = decode(make(tmp_path / f"film{ending}", ending))
    assert len(pictures) == FRAMES
    assert {p.shape for p in pictures} == {(SIZE[1], SIZE[0], 3)}
    assert [number_of(p) for p in pictures] == list(range(FRAMES))
    assert np.allclose(times, np.arange(FRAMES) / FPS, atol=0.011)
    assert np.allclose(ground_of(pictures[7]), GROUND_RGB, atol=6)
    assert os.listdir(tmp_path) == [f"film{ending}"]


RESTING = [picture(number) for number in (0, 5, 5, 5, 9, 9, 0)]
"""As a film that rests: then the same image comes again."""


def make_resting(path: Path, ending: str) -> Path:
    count = len(RESTING)
    job = ExportJob(RESTING.__getitem__, count, lambda part: open_writer(part, ending, count), path)
    job.start()
    result = job.finish()
    assert result is not None
    return result


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("ending", [".mp4", ".webm", ".gif", ".apng"])
def test_a_film_that_rests_has_all_its_frames(tmp_path: Path, ending: str) -> None:
    pictures, times = decode(make_resting(tmp_path / f"film{ending}", ending))
    shown = [number_of(pictures[np.searchsorted(times, n / FPS + 0.011) - 1]) for n in range(len(RESTING))]
    assert shown == [0, 5, 5, 5, 9, 9, 0]
    if ending != ".gif":  # which may show one frame for longer
        assert np.allclose(times, np.arange(len(RESTING)) / FPS, atol=0.002)


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("ending", [".mp4", ".gif", ".webp"])
def test_a_writer_takes_images_that_it_did_not_prepare(tmp_path: Path, ending: str) -> None:
    made = make_resting(tmp_path / f"film{ending}", ending).read_bytes()
    writer = open_writer(tmp_path / f"other{ending}", ending, len(RESTING))
    for image in RESTING:
        writer.add(image)
    writer.close()
    assert (tmp_path / f"other{ending}").read_bytes() == made


def parts(path: Path) -> list[tuple[int, bytes]]:
    """When each frame comes, and what is stored of it. Of animated WebP, which FFmpeg reads not: the file."""
    if path.suffix == ".webp":
        return [(0, path.read_bytes())]
    with av.open(str(path)) as container:
        return [(packet.pts, bytes(packet)) for packet in container.demux(video=0) if packet.size]


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("ending", [".mp4", ".webm", ".gif", ".webp", ".apng"])
def test_what_waits_to_be_written_is_bounded_and_changes_nothing(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, most, waiting = parts(make(tmp_path / f"film{ending}", ending)), 400, list[int]()
    encode = writers.CodedWriter._encode

    def noted(writer: writers.CodedWriter, frame: Any) -> None:
        encode(writer, frame)
        waiting.append(sum(packet.size for packet in writer._kept))

    monkeypatch.setattr(writers, "KEPT_BYTES", most)
    monkeypatch.setattr(writers.CodedWriter, "_encode", noted)
    assert parts(make(tmp_path / f"other{ending}", ending)) == made
    assert waiting[-1] == 0
    assert max(waiting) <= most


@pytest.mark.usefixtures("application")
def test_an_animation_and_a_folder_that_rest_have_all_their_frames(tmp_path: Path) -> None:
    reader = QImageReader(str(make_resting(tmp_path / "film.webp", ".webp")))
    pictures = [number_of(rgb_of(reader.read())) for _ in range(reader.imageCount())]
    assert [number for number, _ in itertools.groupby(pictures)] == [0, 5, 9, 0]
    folder = make_resting(tmp_path / "frames", "")
    assert [number_of(rgb_of(QImage(str(folder / f"frame-{n:04}.png")))) for n in range(7)] == [0, 5, 5, 5, 9, 9, 0]


@pytest.mark.usefixtures("application")
def test_a_frame_keeps_its_pixels_whatever_becomes_of_the_image() -> None:
    image = picture(5)
    frame, view = writers.bgra_frame(image), writers.pixels(image)
    image.fill(QColor("#00ff00"))
    del image
    others = [picture(63) for _ in range(64)]  # which would take the memory
    assert number_of(frame.to_ndarray(format="rgb24")) == number_of(view[..., 2::-1]) == 5
    assert len(others) == 64


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("size", [(97, 33), (64, 16), (33, 64)])
def test_a_png_of_any_width_is_exact(tmp_path: Path, size: tuple[int, int]) -> None:
    image = QImage(*size, QImage.Format.Format_RGB32)
    rng = np.random.default_rng(1)
    for x, y in itertools.product(range(size[0]), range(size[1])):
        image.setPixel(x, y, int(rng.integers(0xFF000000, 0xFFFFFFFF)))
    writer = writers.PngWriter(Work(tmp_path / "one.png", by_ending(".png"), size, FPS, 1, "", lambda: []))
    writer.add(image)
    writer.close()
    assert QImage(str(tmp_path / "one.png")).convertToFormat(QImage.Format.Format_RGB32) == image


def rgb_of(image: QImage) -> np.ndarray:
    """(height, width, 3)."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return writers.pixels(image)[..., 2::-1].copy()


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("ending", [".webp", ".gif"])
def test_an_animation_plays_in_other_programs_for_ever(tmp_path: Path, ending: str) -> None:
    reader = QImageReader(str(make(tmp_path / f"film{ending}", ending)))
    pictures = [rgb_of(reader.read()) for _ in range(reader.imageCount())]
    assert [number_of(p) for p in pictures] == list(range(FRAMES))
    assert {p.shape for p in pictures} == {(SIZE[1], SIZE[0], 3)}
    assert all(np.allclose(ground_of(p), GROUND_RGB, atol=6) for p in pictures)
    assert reader.loopCount() == -1  # for ever


@pytest.mark.usefixtures("application")
def test_an_animated_png_plays_for_ever(tmp_path: Path) -> None:
    content = make(tmp_path / "film.apng", ".apng").read_bytes()
    control = content.index(b"acTL") + 4
    assert struct.unpack(">II", content[control : control + 8]) == (FRAMES, 0)  # 0: without end


@pytest.mark.usefixtures("application")
def test_an_mp4_is_what_every_player_expects(tmp_path: Path) -> None:
    path = make(tmp_path / "film.mp4", ".mp4")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.average_rate == Fraction(FPS)
        assert stream.codec_context.colorspace == writers.BT709
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # starts to play before it has arrived


@pytest.mark.usefixtures("application")
def test_a_folder_holds_one_numbered_png_a_frame(tmp_path: Path) -> None:
    make(tmp_path / "frames", "", 12)
    names = sorted(os.listdir(tmp_path / "frames"))
    assert names == [f"frame-{n:04}.png" for n in range(12)]
    for number, name in enumerate(names):
        assert number_of(rgb_of(QImage(str(tmp_path / "frames" / name)))) == number


@pytest.mark.usefixtures("application")
def test_a_png_is_exact(tmp_path: Path) -> None:
    make(tmp_path / "one.png", ".png", 1)
    back = QImage(str(tmp_path / "one.png")).convertToFormat(QImage.Format.Format_RGB32)
    assert back == picture(0)


def draw(painter: QPainter, rect: QRectF) -> None:
    painter.fillRect(rect, QColor("#ffffff"))
    painter.setPen(QColor("#1769aa"))
    painter.drawLine(10, 10, 180, 100)
    painter.drawText(20, 60, "gate")


@pytest.mark.usefixtures("application")
def test_svg_and_pdf_keep_lines_and_text(tmp_path: Path) -> None:
    for ending in (".svg", ".pdf"):
        assert by_ending(ending).needs is Needs.DRAWING
        job = ExportJob(lambda _: draw, 1, partial(open_writer, ending=ending), tmp_path / f"one{ending}")
        job.start()
        job.finish()
    svg = (tmp_path / "one.svg").read_text()
    assert 'viewBox="0 0 192 128"' in svg
    assert "<title>A title</title>" in svg
    assert "<text" in svg
    assert "gate" in svg
    assert "1769aa" in svg
    pdf = (tmp_path / "one.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/MediaBox [0 0 192" in pdf
    assert b"/Font" in pdf


@pytest.mark.parametrize("ending", [".mp4", ".webm", ".gif", ".webp", ".apng", ".png", ""])
def test_a_missing_encoder_is_named_with_an_alternative(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str, mode: str) -> None:
        raise av.codec.codec.UnknownCodecError(name)

    monkeypatch.setattr(av.codec, "Codec", unknown)
    chosen = by_ending(ending)
    job = ExportJob(picture, 3, lambda part: open_writer(part, ending), tmp_path / f"film{ending}")
    job.start()
    with pytest.raises(ExportError) as caught:
        job.finish()
    assert chosen.codec is not None
    assert chosen.codec.name in str(caught.value)
    assert chosen.instead in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_a_codec_that_is_really_unknown_is_noticed() -> None:
    with pytest.raises(ExportError, match="no_such_encoder"):
        writers.codec_of(replace(by_ending(".mp4"), codec=Codec("no_such_encoder", "rgb24")))


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("ending", [".mp4", ".webm", ".gif", ".webp", ".apng", ".png", ""])
def test_a_file_system_that_takes_no_more_is_a_sentence(tmp_path: Path, ending: str) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    try:
        frames = FRAMES if by_ending(ending).moving else 1
        job = ExportJob(picture, frames, partial(open_writer, ending=ending), tmp_path / f"film{ending}")
        job.start()
        with pytest.raises(ExportError, match="could not be written"):
            job.finish()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("target", ["clip.avi", "clip.jpeg", "clip.mp4.bak"])
def test_an_unknown_ending_lists_the_known_ones(target: str) -> None:
    with pytest.raises(ExportRequestError) as caught:
        formats.format_for(target)
    for known in (".mp4", ".webm", ".gif", ".webp", ".apng", ".png", ".svg", ".pdf", "folder"):
        assert known in str(caught.value)


def test_the_ending_chooses(tmp_path: Path) -> None:
    (tmp_path / "there.mp4").mkdir()
    assert formats.format_for("a/Clip.MP4").ending == ".mp4"
    assert formats.format_for("frames").ending == ""
    assert formats.format_for("v1.2/").ending == ""
    assert formats.format_for(str(tmp_path / "there.mp4")).ending == ""


def test_sizes_are_checked_and_made_even_for_video() -> None:
    assert formats.fitted_size(1281, 721, by_ending(".mp4")) == (1280, 720)
    assert formats.fitted_size(1281, 721, by_ending(".gif")) == (1281, 721)
    for width, height, word in ((15, 100, "width is 15"), (100, 7681, "height is 7,681")):
        with pytest.raises(ExportRequestError, match=word):
            formats.fitted_size(width, height, by_ending(".mp4"))


def test_a_target_that_cannot_be_is_refused_before_anything_begins(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "photo.png").write_text("")
    folder, film = by_ending(""), by_ending(".mp4")
    with pytest.raises(ExportRequestError, match="not empty"):
        formats.check_target(tmp_path / "full", folder)
    with pytest.raises(ExportRequestError, match="is a file"):
        formats.check_target(tmp_path / "file", folder)
    with pytest.raises(ExportRequestError, match="no folder"):
        formats.check_target(tmp_path / "missing" / "film.mp4", film)
    formats.check_target(tmp_path / "film.mp4", film)


def test_a_gif_has_at_most_50_frames_a_second() -> None:
    formats.check_fps(50, by_ending(".gif"))
    formats.check_fps(120, by_ending(".mp4"))
    with pytest.raises(ExportRequestError, match="at most 50"):
        formats.check_fps(51, by_ending(".gif"))


@pytest.mark.usefixtures("application")
def test_a_palette_is_made_of_all_samples(tmp_path: Path) -> None:
    """A colour that only the last frames have must not be lost."""
    green = QImage(*SIZE, QImage.Format.Format_RGB32)
    green.fill(QColor("#1c7a50"))

    def samples() -> Iterator[QImage]:
        yield picture(0)
        yield green

    job = ExportJob(
        lambda index: green if index == 9 else picture(index),
        10,
        lambda part: writers.GifWriter(Work(part, by_ending(".gif"), SIZE, FPS, 10, "", samples)),
        tmp_path / "film.gif",
    )
    job.start()
    job.finish()
    pictures, _ = decode(tmp_path / "film.gif")
    assert np.allclose(pictures[9][64, 96], (0x1C, 0x7A, 0x50), atol=4)


@pytest.mark.usefixtures("application")
def test_a_gif_finds_the_colours_of_a_picture_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the film rests, the same picture comes again."""
    found, bgra_frame = [], writers.bgra_frame
    writer = writers.GifWriter(Work(tmp_path / "film.gif", by_ending(".gif"), SIZE, FPS, 3, "", lambda: RESTING))
    monkeypatch.setattr(writers, "bgra_frame", lambda image: found.append(image) or bgra_frame(image))
    rest, other = picture(5), picture(9)
    for image in (rest, rest, other):
        writer.add(image)
    writer.close()
    assert [number_of(rgb_of(image)) for image in found] == [5, 9]
    pictures, _ = decode(tmp_path / "film.gif")
    assert [number for number, _ in itertools.groupby(map(number_of, pictures))] == [5, 9]


def test_the_colours_of_a_gif_are_found_picture_by_picture(tmp_path: Path) -> None:
    """However many are looked at, few are in memory."""
    alive: list[weakref.ref[QImage]] = []
    counts: list[int] = []

    def samples() -> Iterator[QImage]:
        for number in range(20):
            image = picture(number)
            alive.append(weakref.ref(image))
            counts.append(sum(ref() is not None for ref in alive))
            yield image
            del image

    work = Work(tmp_path / "a.gif", by_ending(".gif"), SIZE, FPS, 20, "A title", samples)
    job = ExportJob(picture, 20, lambda part: by_ending(".gif").open(replace(work, path=part)), tmp_path / "a.gif")
    job.start()
    assert job.finish() is not None
    assert len(counts) == 20
    assert max(counts) <= 4


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("looks", [1, FRAMES // 2, FRAMES + 3])
def test_a_gif_that_is_being_made_smaller_can_be_ended_and_leaves_its_file_alone(tmp_path: Path, looks: int) -> None:
    """While colours are looked for as well as later."""
    work = Work(tmp_path / "a.gif", by_ending(".gif"), SIZE, FPS, FRAMES, "A title", lambda: map(picture, range(3)))
    writer = CappedGifWriter(work, 2_000)
    for index in range(FRAMES):
        writer.add(picture(index))
    writer.close()
    assert writer.too_large()
    left = [None] * (looks - 1)
    with pytest.raises(IndexError):
        writer.shrink(left.pop)
    assert os.listdir(tmp_path) in ([], ["a.gif"])


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("frames", [50, 51])
def test_a_gif_that_was_made_smaller_takes_as_long_as_before(tmp_path: Path, frames: int) -> None:
    """With half of 25 frames a second, which is no whole number; the last one may stand for itself alone."""
    work = Work(tmp_path / "a.gif", by_ending(".gif"), SIZE, 25, frames, "A title", lambda: map(picture, range(3)))

    def made(most: int) -> CappedGifWriter:
        writer = CappedGifWriter(work, most)
        for index in range(frames):
            writer.add(picture(index))
        writer.close()
        return writer

    made(1)
    made(int(0.9 * os.path.getsize(work.path))).shrink(lambda: None)
    with av.open(str(work.path)) as film:
        ends = [float((frame.pts + frame.duration) * frame.time_base) for frame in film.decode(video=0)]
    assert len(ends) == -(-frames // 2)
    assert ends[-1] == pytest.approx(frames / 25, abs=0.03)


@pytest.mark.usefixtures("application")
def test_a_gif_that_still_moves_gets_smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps ten frames a second."""
    monkeypatch.setattr(gif_limit, "LEAST_WIDTH", 16)
    most = int(0.3 * os.path.getsize(make(tmp_path / "a.gif", ".gif")))
    work = Work(tmp_path / "a.gif", by_ending(".gif"), SIZE, FPS, FRAMES, "A title", lambda: map(picture, range(3)))
    writer = CappedGifWriter(work, most)
    for index in range(FRAMES):
        writer.add(picture(index))
    writer.close()
    smaller = writer.shrink(lambda: None)
    pictures, times = decode(work.path)
    assert os.path.getsize(work.path) <= most
    assert smaller.frames == len(pictures) == FRAMES // (FPS // 10)
    assert smaller.size == pictures[0].shape[1::-1] < SIZE
    assert np.allclose(np.diff(times), 2 / FPS)


class Swept(ExportJob):
    """While its file is made smaller, others look for what was left behind in its folder."""

    def still_wanted(self) -> None:
        swept(self.target.parent)


def swept(folder: Path) -> None:
    """As by the export of another process, where nothing was written to for long; what that one finds has to be known
    to it by its name, should this process be killed."""
    for path in folder.iterdir():
        os.utime(path, (0.0, 0.0))
        assert PART.fullmatch(path.name), path.name
    sweep(folder)


@pytest.mark.usefixtures("application")
def test_a_gif_that_is_made_smaller_is_never_taken_for_what_was_left_behind(tmp_path: Path) -> None:
    target = make(tmp_path / "a.gif", ".gif")
    most = int(0.9 * os.path.getsize(target))
    os.unlink(target)

    def samples() -> Iterator[QImage]:
        for number in range(3):
            swept(tmp_path)
            yield picture(number)

    def said() -> bytes:
        swept(tmp_path)
        return b"said"

    work = Work(target, by_ending(".gif"), SIZE, FPS, FRAMES, "A title", samples)
    job = Swept(picture, FRAMES, lambda part: CappedGifWriter(replace(work, path=part), most), target)
    job.beside[tmp_path / "a.srt"] = said
    job.start()
    assert job.finish() == target
    assert sorted(os.listdir(tmp_path)) == ["a.gif", "a.srt"]
    assert os.path.getsize(target) <= most


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("ending", [".mp4", ".webm", ".webp", ".apng", ".gif"])
def test_a_film_is_never_taken_for_what_was_left_behind(tmp_path: Path, ending: str) -> None:
    """Also where its next picture takes long, as one that training has to come to."""
    target = tmp_path / f"film{ending}"

    def painted(index: int) -> QImage:
        swept(tmp_path)
        return picture(index)

    job = ExportJob(painted, FRAMES, lambda part: open_writer(part, ending), target, ahead=1)
    job.start()
    assert job.finish() == target
