"""What is due next, to whom, and when: state, rules, store and jobs of the program."""
