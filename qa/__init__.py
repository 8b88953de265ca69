"""A question in, an Answer with exact citations out."""
