"""Deployed state machines and roles, as the AWS CLI prints them."""
