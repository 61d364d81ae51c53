"""Floor 2, tables, sessions, the queries used twice, the migrations runner, the media store."""
