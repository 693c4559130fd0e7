"""The answers: facts laid out for reading, judged with the policies. Safe to drop and rebuild."""
