module "orders" {
  source  = "terraform-aws-modules/step-functions/aws"
  version = "~> 5.0"

  name = "orders"
  definition = jsonencode({
    StartAt = "Run"
    States = {
      Run = {
        Type           = "Task"
        Resource       = "arn:aws:states:::ecs:runTask.sync"
        TimeoutSeconds = 600
        Parameters     = { Cluster = "jobs", TaskDefinition = "nightly" }
        Next           = "Nested"
      }
      Nested = {
        Type           = "Task"
        Resource       = "arn:aws:states:::states:startExecution.sync:2"
        TimeoutSeconds = 600
        Parameters     = { StateMachineArn = module.other.state_machine_arn }
        Next           = "Tell"
      }
      Tell = {
        Type       = "Task"
        Resource   = "arn:aws:states:::sns:publish"
        Parameters = { TopicArn = aws_sns_topic.done.arn, Message = "done" }
        Next       = "Invoke"
      }
      Invoke = {
        Type       = "Task"
        Resource   = "arn:aws:states:::lambda:invoke"
        Parameters = { FunctionName = "check" }
        End        = true
      }
    }
  })

  service_integrations = {
    ecs_Sync = {
      ecs          = ["arn:aws:ecs:*:*:task-definition/nightly:*"]
      ecs_Wildcard = true
      iam_PassRole = ["arn:aws:iam::123456789012:role/nightly"]
      events       = true
    }
    stepfunction = { stepfunction = [module.other.state_machine_arn] }
    stepfunction_Sync = {
      stepfunction_Wildcard = ["arn:aws:states:*:*:execution:other:*"]
      events                = true
    }
    xray = { xray = true }
  }
  attach_policy_statements = true
  policy_statements = {
    tell = { effect = "Allow", actions = ["sns:Publish"], resources = [aws_sns_topic.done.arn] }
  }
  logging_configuration = { level = "ERROR" }
}

module "other" {
  source     = "git::https://github.com/terraform-aws-modules/terraform-aws-step-functions.git?ref=v4.2.1"
  name       = "other"
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })

  service_integrations  = { xray = { xray = true } }
  logging_configuration = { level = "ERROR" }
}

resource "aws_iam_role_policy" "invoke" {
  role = module.orders.role_name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = "arn:aws:lambda:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:function:check" }]
  })
}

resource "aws_sns_topic" "done" {
  name = "done"
}

data "aws_region" "current" {}
data "aws_caller_identity" "current" {}
