"""The benchmarks: this engine against the usual recipe and against the floor, in one run."""
