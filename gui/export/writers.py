"""Writers: each takes pictures in order and makes one kind of file of them.

What a picture is, an entry of `formats.FORMATS` says: an image (BGRA in memory), all of one size; a function that
draws; or a scene. All write to the path they are opened for; giving the file its final name is the job's business.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPaintDevice, QPainter, QPdfWriter

from twostroke.gui.export.kind import Codec, Format, Work
from twostroke.gui.export.refusals import ExportError
from twostroke.gui.export.slim_svg import slimmed
from twostroke.gui.look.painting import painting

Drawing = Callable[[QPainter, QRectF], None]

KEPT_BYTES = 16 * 2**20
"""What may wait to be written. Each writing lets another thread have the interpreter, and has to wait for it then:
written together, mostly when all is painted, those of a GIF made it a twentieth faster."""

BT709 = 1  # ITU-T H.273: the colour standard of HD video, which players take for granted
LIMITED_RANGE = 1  # as FFmpeg numbers it: black is 16, white 235


class _Memory:
    """An image's memory, as NumPy asks for it. What NumPy makes of it keeps the memory from going."""

    def __init__(self, image: QImage) -> None:
        self._image = image  # whose canvas is painted over when it is gone
        self._kept = QImage(image)  # the same memory: who paints into the image from now on paints into a copy
        bits = np.frombuffer(self._kept.constBits(), np.uint8)
        shape = image.height(), image.bytesPerLine() // 4, 4
        self.__array_interface__ = bits.reshape(shape)[:, : image.width()].__array_interface__


def pixels(image: QImage) -> NDArray[np.uint8]:
    """(height, width, 4) BGRA view of the image's memory. It stays as it is, whatever becomes of the image."""
    straight = QImage.Format.Format_ARGB32  # encoders take colours that are not multiplied with how dense they are
    return np.asarray(_Memory(image.convertToFormat(straight) if image.hasAlphaChannel() else image))


def bgra_frame(image: QImage) -> Any:
    """The image as a frame, without a copy. Filters and encoders may keep it as long as they like."""
    import av

    return av.VideoFrame.from_numpy_buffer(pixels(image), format="bgra")


def codec_of(chosen: Format) -> Codec:
    """The format's codec. ExportError where this build of PyAV lacks it."""
    import av

    codec = chosen.codec
    assert codec is not None, f"the entry of {chosen.title} names no codec"
    try:
        av.codec.Codec(codec.name, "w")
    except (ValueError, LookupError):
        raise ExportError(
            f"{chosen.label} needs the encoder {codec.name}, which is missing from this build of PyAV. "
            f"Export to {chosen.instead} instead, or install PyAV from PyPI."
        ) from None
    return codec


class CodedWriter:
    """A film through PyAV. A subclass says how an image becomes a frame of the encoder's pixels."""

    def __init__(self, work: Work) -> None:
        import av

        codec = codec_of(work.format)
        self._tick = Fraction(1, work.fps)
        self._count = 0
        self._last: tuple[QImage, Any] | None = None
        self._kept: list[Any] = []  # packets
        self._kept_bytes = 0
        work.path.touch()  # FFmpeg makes it with the first frame; the job holds it from now on
        self._container = av.open(f"file:{work.path}", "w", options=dict(codec.container))
        stream: Any = self._container.add_stream(codec.name, rate=work.fps, options=dict(codec.options))
        stream.width, stream.height = work.size
        stream.pix_fmt = codec.clear if work.transparent else codec.pixels
        self._stream = stream

    def add(self, picture: Any) -> None:
        """Encode the next frame: an image, or what `prepare` of the subclass made of it."""
        self._add(self._framed(picture))

    def close(self) -> None:
        """Encode what is held back, complete the file and close it."""
        try:
            self._encode(None)
        finally:
            self._container.close()

    def _framed(self, picture: Any) -> Any:
        """The picture as the encoder takes it. Where the film rests, it comes again, and is converted once."""
        if self._last is None or self._last[0] is not picture:
            self._last = picture, self._frame(picture)
        return self._last[1]

    def _frame(self, picture: Any) -> Any:
        raise NotImplementedError

    def _add(self, frame: Any) -> None:
        frame.pts, frame.time_base = self._count, self._tick
        self._count += 1
        self._encode(frame)

    def _encode(self, frame: Any) -> None:
        packets = self._stream.encode(frame)
        self._kept += packets
        self._kept_bytes += sum(packet.size for packet in packets)
        if frame is None or self._kept_bytes > KEPT_BYTES:
            packets, self._kept, self._kept_bytes = self._kept, [], 0
            self._container.mux(packets)


class FilmWriter(CodedWriter):
    """MP4, WebM, animated WebP and APNG."""

    light = False

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._is_video = self._stream.pix_fmt in ("yuv420p", "yuva420p")
        if self._is_video:
            context = self._stream.codec_context
            context.colorspace = context.color_primaries = context.color_trc = BT709
            context.color_range = LIMITED_RANGE

    def prepare(self, picture: QImage) -> Any:
        """The image as the encoder takes it."""
        return self._framed(picture)

    def add(self, picture: Any) -> None:
        """Encode the next frame: an image, or what `prepare` made of it."""
        self._add(self._framed(picture) if isinstance(picture, QImage) else picture)

    def _frame(self, image: QImage) -> Any:
        frame = bgra_frame(image)
        # One thread: the other cores are busy with painting and encoding.
        if self._is_video:
            pixels_ = self._stream.pix_fmt
            return frame.reformat(format=pixels_, dst_colorspace=BT709, dst_color_range=LIMITED_RANGE, threads=1)
        return frame if self._stream.pix_fmt == "bgra" else frame.reformat(format=self._stream.pix_fmt, threads=1)


class GifWriter(CodedWriter):
    """GIF with one palette for the whole film, made from a sample of its frames.

    A palette per frame would flicker and grow the file; no dithering, because the picture is flat and dither noise
    neither compresses nor reads well on a projector.

    Colours are found in the encoder's thread: with one of their own for it, three threads waited for the interpreter
    more often than two, and on two cores the film took longer. Images become frames in the painter's thread, which
    has the interpreter already: threads change places a fifth less often.
    """

    light = True

    def __init__(self, work: Work) -> None:
        codec_of(work.format)  # without it no picture has to be painted
        palette = _palette(work.samples(), work.size, Fraction(1, work.fps))
        super().__init__(work)  # not before: a file that is old and that nobody holds yet passes for one left behind
        self._mapped = 0
        self._prepared: tuple[QImage, Any] | None = None
        try:
            self._open_filter(work.size, palette)
        except BaseException:
            self._container.close()
            raise

    def _open_filter(self, size: tuple[int, int], palette: Any) -> None:
        from av.filter import Graph

        self._graph = Graph()
        self._source = _source(self._graph, size, self._tick)
        colours = _source(self._graph, (palette.width, palette.height), self._tick)
        use = self._graph.add("paletteuse", dither="none", diff_mode="rectangle")
        self._sink = self._graph.add("buffersink")
        self._source.link_to(use, 0, 0)
        colours.link_to(use, 0, 1)
        use.link_to(self._sink)
        self._graph.configure()
        palette.pts, palette.time_base = 0, self._tick
        colours.push(palette)
        colours.push(None)

    def prepare(self, picture: QImage) -> Any:
        """The image as a frame; the same one where the film rests."""
        if self._prepared is None or self._prepared[0] is not picture:
            self._prepared = picture, bgra_frame(picture)
        return self._prepared[1]

    def _frame(self, picture: Any) -> Any:
        """The image, or what `prepare` made of it, in the colours of the palette. The time that the filter asks for is
        told again by `add`."""
        frame = self.prepare(picture) if isinstance(picture, QImage) else picture
        frame.pts, frame.time_base = self._mapped, self._tick
        self._mapped += 1
        self._source.push(frame)
        mapped: Any = self._sink.pull()
        mapped.pict_type = 0  # left by the filter; the encoder decides itself
        return mapped


def _source(graph: Any, size: tuple[int, int], tick: Fraction) -> Any:
    return graph.add("buffer", video_size=f"{size[0]}x{size[1]}", pix_fmt="bgra", time_base=f"{tick}")


def _palette(samples: Iterable[QImage], size: tuple[int, int], tick: Fraction) -> Any:
    """256 colours for all the samples: a frame of 16 x 16 pixels."""
    from av.filter import Graph

    graph = Graph()
    source, sink = _source(graph, size, tick), graph.add("buffersink")
    generator = graph.add("palettegen", reserve_transparent="1", stats_mode="full")
    source.link_to(generator)
    generator.link_to(sink)
    graph.configure()
    for index, image in enumerate(samples):
        frame = bgra_frame(image)
        frame.pts, frame.time_base = index, tick
        source.push(frame)
        with suppress(BlockingIOError):  # it has nothing to give yet, but what is not asked for is only put in a queue
            sink.pull()
    source.push(None)
    return sink.pull()


class Png:
    """Makes PNG files of images of one size. Their colours are flat: rows as they are, not filtered, are smallest."""

    def __init__(self, work: Work) -> None:
        from av import CodecContext

        codec = codec_of(work.format)
        context: Any = CodecContext.create(codec.name, "w")
        context.width, context.height = work.size
        context.pix_fmt = codec.clear if work.transparent else codec.pixels
        context.time_base = Fraction(1, work.fps)
        context.options = dict(codec.options)
        self._context = context
        self._last: tuple[QImage, bytes] | None = None

    def content(self, image: QImage) -> bytes:
        """The image as the content of a file. Where the film rests, the image comes again: it is encoded once."""
        if self._last is None or self._last[0] is not image:
            frame = bgra_frame(image).reformat(format=self._context.pix_fmt, threads=1)
            self._last = image, b"".join(bytes(packet) for packet in self._context.encode(frame))
        return self._last[1]


class PngWriter:
    """One picture. Written by Python rather than FFmpeg, which does not say why a file cannot be written."""

    def __init__(self, work: Work) -> None:
        self._path, self._png = work.path, Png(work)

    def add(self, picture: QImage) -> None:
        """Write the picture."""
        self._path.write_bytes(self._png.content(picture))

    def close(self) -> None:
        """Nothing is held back."""


class PngFolderWriter:
    """One numbered picture a frame: frame-0000.png, frame-0001.png, ..."""

    def __init__(self, work: Work) -> None:
        self._png = Png(work)
        work.path.mkdir()
        self._path = work.path
        self._digits = max(4, len(str(work.frames - 1)))
        self._count = 0

    def add(self, picture: QImage) -> None:
        """Write the next picture."""
        (self._path / f"frame-{self._count:0{self._digits}}.png").write_bytes(self._png.content(picture))
        self._count += 1

    def close(self) -> None:
        """Nothing is held back."""


class DrawingWriter:
    """The same drawing calls as on the screen, kept as lines and text. A subclass says on what is drawn."""

    def __init__(self, work: Work) -> None:
        self._path, self._size, self._title = work.path, work.size, work.title
        self._cut = work.cut

    def add(self, picture: Drawing) -> None:
        """Draw the picture and write the file."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        with painting(self._device(buffer)) as painter:
            picture(painter, QRectF(0, 0, *self._size))
        self._path.write_bytes(self._tidy(bytes(buffer.data().data())))

    def _tidy(self, content: bytes) -> bytes:
        """What is written of what was drawn. For subclasses."""
        return content

    def close(self) -> None:
        """Nothing is held back."""

    def _device(self, buffer: QBuffer) -> QPaintDevice:
        raise NotImplementedError


class SvgWriter(DrawingWriter):
    """A drawing for the web and for slides, with its title. The stage draws its text as outlines there."""

    def _tidy(self, content: bytes) -> bytes:
        return slimmed(content)

    def _device(self, buffer: QBuffer) -> QPaintDevice:
        return svg_device(buffer, self._size, self._title, self._cut)


class PdfWriter(DrawingWriter):
    """One page, as large as the picture."""

    def _device(self, buffer: QBuffer) -> QPaintDevice:
        return pdf_device(buffer, self._size, self._title)


def svg_device(buffer: QBuffer, size: tuple[int, int], title: str, cut: bool = False) -> QPaintDevice:
    """To draw an SVG file on. `cut`: whether some of what is drawn is cut, which SVG Tiny cannot say."""
    from PySide6.QtSvg import QSvgGenerator

    versions = QSvgGenerator.SvgVersion
    generator = QSvgGenerator(versions.Svg11 if cut else versions.SvgTiny12)
    generator.setOutputDevice(buffer)
    generator.setResolution(96)  # so that browsers show one unit as one pixel
    generator.setSize(QSize(*size))
    generator.setViewBox(QRectF(0, 0, *size))
    generator.setTitle(title)
    return generator


def pdf_device(buffer: QBuffer, size: tuple[float, float], title: str) -> QPdfWriter:
    """To draw a PDF file on, whose pages have that size in points."""
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Twostroke")
    writer.setPageSize(QPageSize(QSizeF(*size), QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(72)  # so that one unit of the drawing is one point of the page
    return writer
