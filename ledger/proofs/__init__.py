"""Proof that nothing was altered: the tree over the record, its signed checkpoints, its receipts.

docs/reference/proofs.md tells every form exactly. Whoever checks, ``ledger.verifier``, shares no
code with this package: neither imports the other.
"""
