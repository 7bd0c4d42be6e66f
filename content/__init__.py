"""What is said: the authored program, read once and rendered for one person at a time."""
