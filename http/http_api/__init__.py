"""The faces: JSON API, pages, command line, and the composition of the whole."""
