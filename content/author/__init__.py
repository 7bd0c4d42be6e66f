"""Tools for those who write the words; the running bot never imports them."""
