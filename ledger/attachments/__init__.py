"""Files that are evidence for entries: what is taken, under which name, and how it is kept."""
