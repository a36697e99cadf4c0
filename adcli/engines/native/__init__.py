"""Machine code through LLVM: text of LLVM's own language, its compiler, a store of what was
compiled, and the engine that runs it."""
