"""A trust policy is larger than the default quota.

Why:
    Unless the quota of the account is increased, a trust policy has at most 2,048 characters; white
    space does not count. The deployment fails in an account with the default quota.

Bad:
    // main.tf
    resource "aws_iam_role" "orders" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "states.amazonaws.com" }
          Action    = "sts:AssumeRole"
          Condition = {
            ArnLike = {
              "aws:SourceArn" = [for number in range(40) :
                "arn:aws:states:us-east-1:123456789012:stateMachine:orders-${number}"]
            }
          }
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

Good:
    // main.tf
    resource "aws_iam_role" "orders" {
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "states.amazonaws.com" }
          Action    = "sts:AssumeRole"
          Condition = {
            ArnLike = {
              "aws:SourceArn" = "arn:aws:states:us-east-1:123456789012:stateMachine:orders-*"
            }
          }
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

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.policies._policy_size import (
    MAXIMUM_TRUST_QUOTA,
    TRUST_QUOTA,
    policy_size,
    shown_size,
)


@rule("WF629", "trust-policy-over-quota")
def trust_policy_over_quota(document: PolicyDocument) -> Iterator[Finding]:
    """Report trust policies that need an increased quota, except those of EF628."""
    if document.kind != "trust":
        return
    size = policy_size(document.data)
    if TRUST_QUOTA < size <= MAXIMUM_TRUST_QUOTA:
        yield document.finding(
            f"the trust policy has {shown_size(size, [document])}, "
            f"but the default quota is {TRUST_QUOTA:,}",
            document.place,
            fix="use wildcards in conditions, or request a larger quota",
        )
