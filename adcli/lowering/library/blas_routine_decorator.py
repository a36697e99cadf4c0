"""Functions instead of which an engine may call a routine of BLAS or LAPACK."""

from adcli.ir.blas_routines import ROUTINES


def routine(name):
    """Say that the routine of that name does what a function does."""
    assert name in ROUTINES
    return lambda function: function
