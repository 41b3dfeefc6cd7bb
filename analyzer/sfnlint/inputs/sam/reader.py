"""Reads CloudFormation templates whose SAM resources are expanded first."""

from __future__ import annotations

from functools import partial

from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.sam.transform import expand

read = partial(cloudformation.read, expand=expand)
"""See `sfnlint.inputs.cloudformation.reader.read`."""
