"""What every kind of case has in common on the site: acting, storing, forms, pages, the HTTP API,
proofs. A kind is declared in the library; a `Desk` says how the site keeps it."""
