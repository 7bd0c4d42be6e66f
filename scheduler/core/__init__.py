"""The pure core: state, event, program and now go in; a decision comes out. No I/O."""
