"""Interview Prep: flashcards and mock interviews, scheduled by SM-2."""
