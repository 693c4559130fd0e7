"""The values of other areas: what was released of each indicator, revised and taken back."""
