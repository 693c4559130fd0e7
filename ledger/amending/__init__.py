"""Change control at work: commands on amendments, which may write several streams in one commit."""
