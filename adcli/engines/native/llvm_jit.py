"""Compiler: from LLVM text to object code, and from object code to functions that can be called.

No other file imports llvmlite.

Invariant: object code depends on the text, LLVM's version and the processor; `fingerprint` names
the latter two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from adcli.errors import MissingExtra

#: Functions that the host finds in object code.
EXPORTS = (
    "adcli.run",
    "adcli.again",
    "adcli.stop",
    "adcli.full",
    "adcli.steps",
    "adcli.place",
    "adcli.array",
    "adcli.clear",
    "adcli.dump",
    "adcli.pin",
    "adcli.release",
)

#: What follows this line in a text are vector functions that are inlined once loops call them.
LATE = "; Vector functions\n"

#: This line among them says that they share their work.
SHARING = "; They share their work."

#: Text of more lines should not be optimised: the time for it grows faster than the text.
LONGEST_OPTIMISED = 30_000

#: Text of more lines should not be compiled at all, for the same reason: it takes seconds.
LONGEST = 120_000


class Trouble(NamedTuple):
    """Why llvmlite cannot be used: what machine code needs, whether llvmlite is installed but
    broken, and what helps."""

    text: str
    is_broken: bool
    hint: str


@cache
def trouble() -> Trouble | None:
    """Why llvmlite cannot be used, if it cannot: it may be missing, too old, or broken in whatever
    way a C++ library can be."""
    try:
        import ctypes  # noqa: F401  (some Pythons are built without it)

        import llvmlite
        import llvmlite.binding as llvm
    except ModuleNotFoundError as error:
        if error.name == "llvmlite":
            return Trouble("needs llvmlite", False, "pip install 'adcli[native]'")
        return _broken(error)
    except Exception as error:
        return _broken(error)
    if not all([hasattr(llvm, name) for name in _NEEDED]):
        version = getattr(llvmlite, "__version__", "the one that is there")
        return Trouble(f"needs a newer llvmlite than {version}", True, _REPAIR)
    return None


#: Functions that older versions of llvmlite do not have.
_NEEDED = ("create_pass_builder", "JITLibraryBuilder")

_REPAIR = "pip install --upgrade --force-reinstall llvmlite"


def _broken(error: Exception) -> Trouble:
    reason = " ".join(str(error).split()) or type(error).__name__
    return Trouble(f"needs llvmlite, which cannot be loaded: {reason}", True, _REPAIR)


def require() -> None:
    """Raise `MissingExtra` where there is no llvmlite."""
    found = trouble()
    if found is not None:
        raise MissingExtra(f"the engine 'native' {found.text}", hint=found.hint)


def _binding() -> Any:
    require()
    import llvmlite.binding as llvm

    return llvm


@cache
def _machine(level: int) -> Any:
    llvm = _binding()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    is_small = _addresses_are_relative()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=_target_features(),
        opt=level,
        reloc="pic" if is_small else "default",
        codemodel="small" if is_small else "jitdefault",
        jit=True,
    )


@cache
def _addresses_are_relative() -> bool:
    """Whether code may address its constants relative to itself, as the small code model does.

    Otherwise each use of a constant takes an instruction more, for its address.  It needs a linker
    that puts code and constants close together, and reaches distant functions by a table, as LLVM's
    JITLink does.
    """
    triple: str = _binding().get_default_triple()
    return triple.startswith("x86_64") and "linux" in triple


@cache
def fingerprint() -> str:
    """LLVM's version, the processor, and how code addresses its constants."""
    llvm = _binding()
    version = ".".join(map(str, llvm.llvm_version_info))
    model = "small" if _addresses_are_relative() else "large"
    processor = f"{llvm.get_host_cpu_name()} {_target_features()}"
    return f"{version} {llvm.get_default_triple()} {processor} {model}"


@cache
def _target_features() -> str:
    """The features of the processor as LLVM takes them.

    LLVM prefers vectors of 256 bits on all of Intel's processors.  From Sapphire Rapids on, which
    are the first with 16-bit floats, those of 512 bits do not lower the clock, and take half as
    many instructions (measured: Rosenbrock's function 1.6 times as fast).
    """
    found: str = _binding().get_host_cpu_features().flatten()
    return found + ",-prefer-256-bit" if "avx512fp16" in features() else found


@cache
def features() -> frozenset[str]:
    """The features of the processor."""
    found = _binding().get_host_cpu_features()
    return frozenset([name for name, has in found.items() if has])


@cache
def _set_options() -> None:
    """Let loops that add up in a fixed order compute several terms at a time."""
    _binding().set_option("adcli", "-force-ordered-reductions=true")


def object_code(text: str, *, optimise: bool = True) -> bytes:
    """Object code for a text.

    Without optimisation it is made in a twentieth of the time.  Then LLVM only keeps variables in
    registers, and that only where the text is not long.  What the text does not use of the runtime
    goes first, so that no pass meets it.  Vector functions behind `LATE` come last: only a loop
    that has been vectorised calls them, and what they share must not have been moved apart.
    """
    llvm = _binding()
    _set_options()
    machine = _machine(2 if optimise else 0)
    target = f'target triple = "{machine.triple}"\n'
    text, _, late = text.partition(LATE)
    module = llvm.parse_assembly(target + text)
    options = llvm.create_pipeline_tuning_options(speed_level=2 if optimise else 0)
    options.loop_vectorization, options.slp_vectorization = optimise, False
    builder = llvm.create_pass_builder(machine, options)
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    if not optimise and text.count("\n") <= LONGEST_OPTIMISED:
        passes.add_sroa_pass()
    passes.run(module, builder)
    if optimise:
        builder.getModulePassManager().run(module, builder)
        if late:
            module.link_in(llvm.parse_assembly(target + late))
            _inline(module, builder, sharing=SHARING in late)
    code: bytes = machine.emit_object(module)
    return code


def _inline(module: Any, builder: Any, *, sharing: bool) -> None:
    """Inline functions that are to be so; if they share their work, compute once what they have in
    common."""
    passes = _binding().create_new_module_pass_manager()
    passes.add_always_inliner_pass()
    if sharing:
        passes.add_new_gvn_pass()
    passes.run(module, builder)


class LinkedCode:
    """Object code in memory, linked to what it imports: its functions by name."""

    def __init__(self, code: bytes, imports: Mapping[str, int]) -> None:
        llvm = _binding()
        library = llvm.JITLibraryBuilder().add_object_img(code).add_current_process()
        for name in EXPORTS:
            library.export_symbol(name)
        for name, address in imports.items():
            library.import_symbol(name, address)
        self._compiler = llvm.create_lljit_compiler(_machine(2))
        self._code = library.link(self._compiler, "adcli")

    def function(
        self, name: str, result: Any = None, arguments: Iterable[Any] = ()
    ) -> Callable[..., Any]:
        import ctypes

        return ctypes.CFUNCTYPE(result, *arguments)(self._code[name])
