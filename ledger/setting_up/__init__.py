"""The set-up file of an agreement: read, checked as a whole, and turned into what differs."""
