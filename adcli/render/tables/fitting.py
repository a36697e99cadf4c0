"""The widths of columns: as wide as their cells, or narrower where the page has no room."""

from __future__ import annotations

from collections.abc import Sequence


def fitted(natural: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """Widths that add up to at most `room` where that is possible.

    Narrow columns keep their natural width, and the wide ones share what is left; none is made
    narrower than its least width, that of its longest word.
    """
    widths = list(natural)
    open_ = [i for i in range(len(widths)) if natural[i] > least[i]]
    while open_ and sum(widths) > room:
        left = room - sum([w for i, w in enumerate(widths) if i not in open_])
        share = left / len(open_)
        settled = [i for i in open_ if natural[i] <= share or least[i] >= share]
        if not settled:
            for i in open_:
                widths[i] = share
            break
        for i in settled:
            widths[i] = min(max(share, least[i]), natural[i])
        open_ = [i for i in open_ if i not in settled]
    return widths
