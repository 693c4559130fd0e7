"""The record, event by event, into rows that hold from one position to another."""
