"""Part of a Terraform configuration could not be read.

Why:
    This part was skipped, so its permissions and changes are unknown. Missing permissions are not
    reported for the roles of the configuration.

Bad:
    // main.tf
    resource "aws_sfn_state_machine" "greeting" {
      name     = "greeting"
      role_arn = "arn:aws:iam::123456789012:role/greeting"
      definition = jsonencode({
        StartAt = "Greet"
        States  = { Greet = { Type = "Succeed" } }
      })
    }
    resource "aws_iam_role" "greeting" {
      name = ]
    }

Good:
    // main.tf
    resource "aws_sfn_state_machine" "greeting" {
      name     = "greeting"
      role_arn = aws_iam_role.greeting.arn
      definition = jsonencode({
        StartAt = "Greet"
        States  = { Greet = { Type = "Succeed" } }
      })
    }
    resource "aws_iam_role" "greeting" {
      name = "greeting"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "states.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      })
    }

Source:
    https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import findings


@rule("IF022", "unread-configuration")
def unread_configuration(reading: Reading) -> Iterator[Finding]:
    """Report the parts of a Terraform configuration that could not be parsed."""
    return findings(reading, "terraform-not-read")
