"""Message profiles: tables that say what a message may hold and what each element means."""
