"""The frameworks, and what each writes around a function to have its value and its gradient."""

from __future__ import annotations

from typing import NamedTuple

from adcli.ir import nodes as ir
from adcli.ops.operations_in_other_libraries import AUTOGRAD, JAX, PYTORCH, Library

#: Needs SciPy, and is left out of a program that has no special function.
_AUTOGRAD_SPECIAL = "import autograd.scipy.special as special\n"


class Framework(NamedTuple):
    """A framework: its title, the package that is imported, its library, a template of a literal,
    and the code before and after the function `f`.  `behind` defines `gradient`, from a point to
    the value and the derivatives, as numbers of Python."""

    title: str
    package: str
    library: Library
    literal: str
    before: str
    behind: str

    def source(self, module: ir.Module) -> str:
        """The whole program for a recorded run."""
        from adcli.frameworks.framework_function_source import Writer

        function = Writer(self.title, self.library, self.literal.format).function(module)
        imports = "import math\n" if "math." in function else ""
        before = self.before
        if "special." not in function:
            before = before.replace(_AUTOGRAD_SPECIAL, "")
        return f"{imports}{before}\n\n{function}\n\n{self.behind}"


FRAMEWORKS = {
    "pytorch": Framework(
        "PyTorch",
        "torch",
        PYTORCH,
        "torch.tensor({}, dtype=torch.float64)",
        "import torch\n",
        """\
def gradient(point):
    inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    y = f(*inputs)
    y.backward()
    return y.item(), [0.0 if x.grad is None else x.grad.item() for x in inputs]
""",
    ),
    "jax": Framework(
        "JAX",
        "jax",
        JAX,
        "{}",
        'import jax\nimport jax.numpy as jnp\n\njax.config.update("jax_enable_x64", True)\n',
        """\
compiled = jax.jit(jax.value_and_grad(lambda point: f(*point)))


def gradient(point):
    y, slopes = compiled(point)
    return float(y), [float(slope) for slope in slopes]
""",
    ),
    "autograd": Framework(
        "autograd",
        "autograd",
        AUTOGRAD,
        "{}",
        f"import autograd\nimport autograd.numpy as np\n{_AUTOGRAD_SPECIAL}",
        """\
def gradient(point):
    y, slopes = autograd.value_and_grad(lambda inputs: f(*inputs))(np.array(point))
    return float(y), [float(slope) for slope in slopes]
""",
    ),
}
