"""What `interviewprep deck check` checks: the rules of `docs/deck-format.md`, section 14."""
