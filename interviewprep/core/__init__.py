"""Floor 1, rules. Pure: no clock, no input or output, no Flask, no SQLAlchemy."""
