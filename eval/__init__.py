"""Suites of gold questions, the metrics over them, and the reports."""
