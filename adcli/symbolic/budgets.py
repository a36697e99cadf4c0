"""How much work a shorter form of a formula is looked for with, by name.

Invariant: the work is counted, never timed, so that the same input has the same formula on every
machine.  It is the number of terms and factors that are gathered, see
`adcli.symbolic.canonical.form`: some 150 in a millisecond.
"""

from __future__ import annotations

EFFORTS = {"none": 0, "low": 4_000, "normal": 40_000, "high": 800_000}
