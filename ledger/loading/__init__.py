"""Loads: a publisher's file read, mapped to our words and decided row by row, before any write."""
