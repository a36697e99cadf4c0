"""The exceptions of Python's `statistics`, in the Python that is followed."""


class StatisticsError(ValueError):
    pass
