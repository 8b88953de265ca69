"""Articles in, passages out. Nothing here knows what an answer is."""
