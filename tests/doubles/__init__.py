"""Stand-ins for the outside systems, each over real sockets."""
