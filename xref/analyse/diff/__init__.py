"""Two answers, or two kernels, to what changed between them."""
