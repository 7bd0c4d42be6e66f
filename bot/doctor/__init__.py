"""`python -m bot doctor`: what is wrong here, and how to mend it, a line each."""
