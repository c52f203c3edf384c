"""What is there in a component only: the contract's imports and exports, which
`componentize-py` makes of the WIT, and what takes the place of an operating
system."""
