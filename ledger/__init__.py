"""The record: immutable events, the decisions that write them, and the one door they go through."""
