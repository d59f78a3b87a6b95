"""Administration on the site: grants of posts and roles, decided by a second person."""
