"""Floor 4, the APScheduler process and what it ticks."""
