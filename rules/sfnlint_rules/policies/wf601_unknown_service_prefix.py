"""The prefix of an action belongs to no service.

Why:
    IAM accepts any prefix, and the statement grants nothing by it. Many prefixes differ from the
    name of the service, of its SDK client or of its CLI command: the actions of CloudWatch Logs
    begin with logs, those of Step Functions with states, those of Amazon EFS with
    elasticfilesystem.

Bad:
    Resources:
      Orders:
        Type: AWS::Serverless::StateMachine
        Properties:
          Definition:
            StartAt: Send
            States:
              Send:
                Type: Task
                Resource: arn:aws:states:::aws-sdk:sqs:sendMessage
                Parameters:
                  QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/orders
                  MessageBody: new
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                - Effect: Allow
                  Action: cloudwatchlogs:PutLogEvents
                  Resource: "*"
    Transform: AWS::Serverless-2016-10-31

Good:
    Resources:
      Orders:
        Type: AWS::Serverless::StateMachine
        Properties:
          Definition:
            StartAt: Send
            States:
              Send:
                Type: Task
                Resource: arn:aws:states:::aws-sdk:sqs:sendMessage
                Parameters:
                  QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/orders
                  MessageBody: new
                End: true
          Policies:
            - Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:us-east-1:123456789012:orders
                - Effect: Allow
                  Action: logs:PutLogEvents
                  Resource: "*"
    Transform: AWS::Serverless-2016-10-31

Source:
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.finding import Finding, Note
from sfnlint.iam.action_names import Known
from sfnlint.iam.policy import Statement
from sfnlint.iam.statement_fit import Element, elements
from sfnlint.rule import rule
from sfnlint_rules.policies._service_facts import dated, explained_places, without_effect


@rule("WF601", "unknown-service-prefix")
def unknown_service_prefix(document: PolicyDocument) -> Iterator[Finding]:
    """Report prefixes that no service has, once for each policy."""
    unknown: dict[str, list[tuple[Statement, Element]]] = {}
    for statement in document.statements:
        for element in elements(statement):
            if element.named.known is Known.NO_SERVICE:
                unknown.setdefault(element.named.prefix, []).append((statement, element))
    if not unknown:
        return
    # Imported here because few policies have a mistake: tests/test_layers.py, start-up.
    from sfnlint_rules.policies._near_actions import right_prefix

    explained = explained_places(document)
    for prefix, uses in unknown.items():
        others = [use for use in uses if use[1].written.place not in explained]
        if not others:
            continue
        statement, element = others[0]
        item, name = element.written, element.named.name
        right = right_prefix(prefix, name)
        suggestion = f"; did you mean '{right}:{name}'?" if right else ""
        yield document.finding(
            f"'{prefix}' is not the prefix of a service, so '{item.shown}' "
            f"{without_effect(statement)} ({dated()}){suggestion}",
            item.place,
            notes=[Note("also used here", other.written.place) for _, other in others[1:]],
            fix=f"use the prefix '{right}'" if right else "",
            actions=[other.written.shown for _, other in others],
        )
