"""Floor 4, Flask. Parse, call one service, commit, answer."""
