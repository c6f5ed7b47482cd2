"""What Tapedeck knows and decides, with nothing but Python and numpy."""
