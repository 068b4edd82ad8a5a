"""`hangtime serve`: the listeners, the ledger, the deadlines, the publishers and the health pages, put together."""
