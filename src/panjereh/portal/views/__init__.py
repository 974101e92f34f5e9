"""Pages of the people's side, one module for each part of the house."""
