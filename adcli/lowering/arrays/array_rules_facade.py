"""The facade of the rules for arrays: through it the kinds of values below them call the rules."""

from __future__ import annotations

from adcli.lowering.arrays import (
    array_manipulation,
    indexing,
    list_conversion,
    methods,
    ndarray,
    operators,
    reductions,
    sizes,
    vector_and_matrix_products,
)
from adcli.lowering.arrays.functions_by_name import named


class ArrayRules:
    """The rules, by the names under which a frame has them."""

    binary = staticmethod(operators.binary)
    of_two = staticmethod(operators.of_two)
    unary = staticmethod(operators.unary)
    compare = staticmethod(operators.compare)
    inplace = staticmethod(operators.inplace)
    matmul = staticmethod(vector_and_matrix_products.matmul)
    reduced = staticmethod(reductions.reduced)
    attribute = staticmethod(methods.attribute)
    attribute_of_number = staticmethod(methods.attribute_of_number)
    check_exponent = staticmethod(sizes.check_exponent)
    of_int64 = staticmethod(sizes.of_int64)
    item = staticmethod(indexing.item)
    item_of_number = staticmethod(indexing.item_of_number)
    set_item = staticmethod(indexing.set_item)
    as_list = staticmethod(list_conversion.as_list)
    input_array = staticmethod(list_conversion.input_array)
    function = staticmethod(named)
    transposed = staticmethod(array_manipulation.transposed)
    of_entries = staticmethod(ndarray.of_entries)
