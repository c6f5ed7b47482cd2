"""Playing a score: our own instruments, or libfluidsynth where it is, in a child with limits."""
