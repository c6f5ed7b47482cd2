"""The film that is made of photos: what is shown when, decided before a single frame is drawn."""
