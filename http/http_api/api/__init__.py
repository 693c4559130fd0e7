"""The JSON API under /api/v1: one module a resource, each parse, decide, record, render."""
