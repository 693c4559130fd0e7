"""The stream of one agreement: who takes part, how it is built, who may act, which rules hold."""
