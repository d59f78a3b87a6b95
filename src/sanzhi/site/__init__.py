"""The running system: accounts, pages, the HTTP API and the store. It computes nothing the
library could compute."""
