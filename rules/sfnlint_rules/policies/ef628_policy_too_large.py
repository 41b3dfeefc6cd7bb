"""A managed policy or a trust policy is larger than IAM accepts.

Why:
    A managed policy has at most 6,144 characters, a trust policy at most 4,096 with the largest
    possible quota; white space does not count. The deployment fails.

Bad:
    // main.tf
    resource "aws_iam_role" "orders" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "states.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      })
    }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders-1"
      role_arn = aws_iam_role.orders.arn
      definition = jsonencode({
        StartAt = "Done"
        States  = { Done = { Type = "Succeed" } }
      })
    }

    resource "aws_iam_policy" "orders" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [for number in range(100) : {
          Effect   = "Deny"
          Action   = "s3:DeleteObject"
          Resource = "arn:aws:s3:::records-of-department-${number}/*"
        }]
      })
    }

    resource "aws_iam_role_policy_attachment" "orders" {
      role       = aws_iam_role.orders.name
      policy_arn = aws_iam_policy.orders.arn
    }

Good:
    // main.tf
    resource "aws_iam_role" "orders" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "states.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      })
    }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders-1"
      role_arn = aws_iam_role.orders.arn
      definition = jsonencode({
        StartAt = "Done"
        States  = { Done = { Type = "Succeed" } }
      })
    }

    resource "aws_iam_policy" "orders" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = {
          Effect   = "Deny"
          Action   = "s3:DeleteObject"
          Resource = "arn:aws:s3:::records-of-department-*/*"
        }
      })
    }

    resource "aws_iam_role_policy_attachment" "orders" {
      role       = aws_iam_role.orders.name
      policy_arn = aws_iam_policy.orders.arn
    }

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.policies._policy_size import (
    MANAGED_QUOTA,
    MAXIMUM_TRUST_QUOTA,
    policy_size,
    shown_size,
)


@rule("EF628", "policy-too-large")
def policy_too_large(document: PolicyDocument) -> Iterator[Finding]:
    """Report managed policies and trust policies that exceed the largest possible quota."""
    if document.kind == "trust":
        quota, kind = MAXIMUM_TRUST_QUOTA, "trust policy"
    elif document.storage == "managed":
        quota, kind = MANAGED_QUOTA, "managed policy"
    else:
        return
    size = policy_size(document.data)
    if size > quota:
        yield document.finding(
            f"the {kind} has {shown_size(size, [document])}, but IAM accepts {quota:,}",
            document.place,
            fix="use wildcards in resources" if kind == "managed policy" else "",
        )
