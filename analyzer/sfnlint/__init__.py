"""Checks AWS Step Functions state machines together with the IAM policies of their role."""

__version__ = "0.1.0"
