"""Terraform configurations and plans."""

CONFIGURATION_ENDINGS = (".tf", ".tf.json")
"""The endings of the names of configuration files."""
VARIABLE_ENDINGS = (".tfvars", ".tfvars.json")
"""The endings of the names of variable definitions files."""
