"""One module per subcommand: `configure(parser)`, `run(arguments) -> exit code`, `EXAMPLES`."""
