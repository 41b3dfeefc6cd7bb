"""The rules of sfn-lint, one file each, in a folder per topic."""
