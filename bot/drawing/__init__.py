"""Pictures of the way: Pillow, the fonts that it needs, and what was drawn before."""
