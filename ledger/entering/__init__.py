"""Entry by hand: what would become of figures before anybody sends them. Nothing is stored."""
