"""What `functools.total_ordering` adds to a class, in the Python that is followed: each method is
made of the one that the class has, of the same name as there."""


def gt_from_lt(self, other):
    found = type(self).__lt__(self, other)
    if found is NotImplemented:
        return found
    return not found and self != other


def le_from_lt(self, other):
    found = type(self).__lt__(self, other)
    if found is NotImplemented:
        return found
    return found or self == other


def ge_from_lt(self, other):
    found = type(self).__lt__(self, other)
    if found is NotImplemented:
        return found
    return not found


def ge_from_le(self, other):
    found = type(self).__le__(self, other)
    if found is NotImplemented:
        return found
    return not found or self == other


def lt_from_le(self, other):
    found = type(self).__le__(self, other)
    if found is NotImplemented:
        return found
    return found and self != other


def gt_from_le(self, other):
    found = type(self).__le__(self, other)
    if found is NotImplemented:
        return found
    return not found


def lt_from_gt(self, other):
    found = type(self).__gt__(self, other)
    if found is NotImplemented:
        return found
    return not found and self != other


def ge_from_gt(self, other):
    found = type(self).__gt__(self, other)
    if found is NotImplemented:
        return found
    return found or self == other


def le_from_gt(self, other):
    found = type(self).__gt__(self, other)
    if found is NotImplemented:
        return found
    return not found


def le_from_ge(self, other):
    found = type(self).__ge__(self, other)
    if found is NotImplemented:
        return found
    return not found or self == other


def gt_from_ge(self, other):
    found = type(self).__ge__(self, other)
    if found is NotImplemented:
        return found
    return found and self != other


def lt_from_ge(self, other):
    found = type(self).__ge__(self, other)
    if found is NotImplemented:
        return found
    return not found
