"""Deployed state machines and roles, in the output of the AWS CLI."""
