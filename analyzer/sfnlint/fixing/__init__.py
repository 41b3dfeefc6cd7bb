"""Fixes: the edits of files that correct findings."""
