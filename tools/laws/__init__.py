"""The laws of the house, one module per kind; `tools/tidy` runs them all."""
