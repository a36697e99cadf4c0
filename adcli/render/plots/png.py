"""SVG as PNG, by cairosvg, which is an extra."""

from __future__ import annotations

from adcli.errors import MissingExtra

#: Pixels for each unit of a picture.
_SCALE = 2.0


def png(svg: str) -> bytes:
    """The picture as the bytes of a PNG file, in light colours.  Raises `MissingExtra` where
    cairosvg cannot be used."""
    try:
        import cairosvg
    except ImportError:
        raise MissingExtra(
            "a PNG needs cairosvg, which is not installed",
            hint="pip install 'adcli[png]', or write an SVG: -o plot.svg",
        ) from None
    except OSError:  # cairosvg is there, the library that it calls is not
        raise MissingExtra(
            "a PNG needs the cairo library, which is not installed",
            hint="install cairo (libcairo2), or write an SVG: -o plot.svg",
        ) from None
    made: bytes = cairosvg.svg2png(bytestring=svg.encode(), scale=_SCALE, background_color="white")
    return made
