"""Plots in replies: on the page, and in the formats of pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from adcli.cli.command import completing
from adcli.cli.reply import Page, Text

if TYPE_CHECKING:
    from adcli.program import Program
    from adcli.render.plots.figure import Figure
    from adcli.render.terminal import RenderableType

#: The format of pictures that tables do not have.
PNG = "png"

#: The width of a plot where there is no terminal.
_COLUMNS = 80


def plot_text(figure: Figure) -> Text:
    """A plot for people: in colours on a terminal, else as lines of text."""

    def text(page: Page) -> Iterator[str | RenderableType]:
        from adcli.render.plots.terminal_plot import TerminalPlot

        plot = TerminalPlot(figure, page.columns or _COLUMNS, ascii=page.ascii)
        yield plot if page.is_terminal else plot.text()

    return text


def plot_formats(figure: Figure) -> Mapping[str, Callable[[Page], str | bytes]]:
    """A plot in the formats of pictures."""

    def as_svg(_: Page) -> str:
        from adcli.render.plots.svg_plot import svg

        return svg(figure)

    def as_png(page: Page) -> bytes:
        from adcli.render.plots.png import png

        return png(as_svg(page))

    return {"svg": as_svg, PNG: as_png}


def plot_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--plot FILE`, as `plot`: a picture beside what is printed."""
    return click.option(
        "--plot",
        metavar="FILE",
        shell_complete=completing("files"),
        help="Draw a picture into this file, .svg or .png.",
    )(function)


def save_plot(path: str, figures: Sequence[Figure]) -> None:
    """Write figures, one below the other, into a file whose ending says the format."""
    from adcli.cli.output_file import format_of, save
    from adcli.render.plots.svg_plot import stacked

    text = stacked(figures)
    if format_of(path, ("svg", PNG)) != PNG:
        save(path, text)
        return
    from adcli.render.plots.png import png

    save(path, png(text))


def program_title(f: Program) -> str:
    """What a plot calls a program: its text, or of several lines its file."""
    text = f.source.text.strip()
    return f.source.name if "\n" in text else text
