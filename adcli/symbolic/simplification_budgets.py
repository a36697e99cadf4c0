"""Work budgets of the simplifier, by name.

Invariant: work is counted, never timed, so that the same input has the same formula on every
machine.  A unit of work is a term or a factor that the canonical form gathers, see
`adcli.symbolic.canonical.canonical_form_arithmetic`; a millisecond has time for some 150.
"""

from __future__ import annotations

EFFORTS = {"none": 0, "low": 4_000, "normal": 40_000, "high": 800_000}
