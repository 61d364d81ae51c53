"""Mock interviews: kinds and their stages, rubric to verdict, and what a verdict does."""
