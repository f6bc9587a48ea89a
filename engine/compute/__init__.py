"""How an update is computed: where each number lies, views by layer and name, and the compiled kernels below."""
