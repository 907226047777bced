"""Random well-typed programs: both builds against each other and against a reference evaluator."""
