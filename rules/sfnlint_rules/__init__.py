"""The rules, one file each. The file is there: the rule is registered."""
