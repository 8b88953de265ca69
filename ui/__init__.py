"""The faces people meet: the command line and the web chat."""
