"""Floor 3, the use cases, one verb each."""
