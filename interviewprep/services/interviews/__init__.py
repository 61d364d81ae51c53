"""Mock interviews and practice: choosing, running, scoring, and what follows from a score."""
