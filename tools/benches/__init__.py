"""What `tools/bench` measures: one module per kind of row, and the peers beside them."""
