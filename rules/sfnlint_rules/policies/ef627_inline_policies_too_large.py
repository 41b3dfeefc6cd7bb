"""The inline policies of a role are larger than IAM accepts.

Why:
    All inline policies of a role together have at most 10,240 characters; white space does not count.
    The deployment fails.

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

    resource "aws_iam_role_policy" "orders" {
      role = aws_iam_role.orders.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [for number in range(60) : {
          Effect   = "Deny"
          Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
          Resource = "arn:aws:s3:::records-of-department-${number}/*"
        }]
      })
    }

    resource "aws_iam_role_policy" "returns" {
      role = aws_iam_role.orders.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [for number in range(60) : {
          Effect   = "Deny"
          Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
          Resource = "arn:aws:s3:::returns-of-department-${number}/*"
        }]
      })
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

    resource "aws_iam_role_policy" "orders" {
      role = aws_iam_role.orders.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = {
          Effect   = "Deny"
          Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
          Resource = "arn:aws:s3:::records-of-department-*/*"
        }
      })
    }

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.policies._policy_size import INLINE_QUOTA, inline_sizes, shown_size


@rule("EF627", "inline-policies-too-large")
def inline_policies_too_large(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Report roles whose inline policies exceed the quota, at the largest policy."""
    sizes = inline_sizes(analysis.role.policies)
    total = sum(size for size, _ in sizes)
    if total > INLINE_QUOTA:
        _, largest = max(sizes, key=lambda item: item[0])
        subject = "the inline policies" if len(sizes) > 1 else "the inline policy"
        verb = "have" if len(sizes) > 1 else "has"
        yield analysis.finding(
            f"{subject} of {analysis.role.label} {verb} {shown_size(total, largest.written)}, "
            f"but IAM accepts {INLINE_QUOTA:,}",
            largest.place,
            fix="move statements to managed policies, or use wildcards in resources",
        )
