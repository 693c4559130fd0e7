"""The stream of one load: a file received, judged, committed or given up, and taken back."""
