"""Questions and their answers, each as known at one position and judged by the rules of another."""
