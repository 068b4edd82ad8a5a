"""`hangtime replay`: logs through a ledger into files and onto the screen."""
