"""The pages: what a board member, an officer or an auditor sees in a browser."""
