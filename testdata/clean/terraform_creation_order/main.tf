resource "aws_sfn_state_machine" "inline" {
  name     = "inline"
  role_arn = aws_iam_role.inline.arn
  definition = jsonencode({
    StartAt = "Build"
    States = {
      Build = {
        Type           = "Task"
        Resource       = "arn:aws:states:::codebuild:startBuild.sync"
        Parameters     = { ProjectName = "app" }
        TimeoutSeconds = 3600
        End            = true
      }
    }
  })
  logging_configuration {
    level           = "ALL"
    log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/inline:*"
  }
  tracing_configuration {
    enabled = true
  }
  depends_on = [null_resource.wait]
}

resource "aws_iam_role" "inline" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "inline" {
  role   = aws_iam_role.inline.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds"]
        Resource = "arn:aws:codebuild:eu-west-1:123456789012:project/app"
      },
      {
        Effect   = "Allow"
        Action   = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        Resource = "arn:aws:events:eu-west-1:123456789012:rule/StepFunctionsGetEventForCodeBuildStartBuildRule"
      },
      {
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
          "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
        ]
        Resource = "*"
      },
    ]
  })
}

resource "null_resource" "wait" {
  triggers = { policy = local.policy }
}

locals {
  policy = aws_iam_role_policy.inline.id
}

resource "aws_sfn_state_machine" "attached" {
  name     = "attached"
  role_arn = aws_iam_role.attached.arn
  definition = jsonencode({
    StartAt = "Build"
    States = {
      Build = {
        Type           = "Task"
        Resource       = "arn:aws:states:::codebuild:startBuild.sync"
        Parameters     = { ProjectName = "app" }
        TimeoutSeconds = 3600
        End            = true
      }
    }
  })
  logging_configuration {
    level           = "ALL"
    log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/attached:*"
  }
  tracing_configuration {
    enabled = true
  }
  depends_on = [aws_iam_role_policy_attachment.attached]
}

resource "aws_iam_role" "attached" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_policy" "attached" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds"]
        Resource = "arn:aws:codebuild:eu-west-1:123456789012:project/app"
      },
      {
        Effect   = "Allow"
        Action   = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        Resource = "arn:aws:events:eu-west-1:123456789012:rule/StepFunctionsGetEventForCodeBuildStartBuildRule"
      },
      {
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
          "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
        ]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "attached" {
  role       = aws_iam_role.attached.name
  policy_arn = aws_iam_policy.attached.arn
}

resource "aws_sfn_state_machine" "exclusive" {
  name     = "exclusive"
  role_arn = aws_iam_role.exclusive.arn
  definition = jsonencode({
    StartAt = "Build"
    States = {
      Build = {
        Type           = "Task"
        Resource       = "arn:aws:states:::codebuild:startBuild.sync"
        Parameters     = { ProjectName = "app" }
        TimeoutSeconds = 3600
        End            = true
      }
    }
  })
  logging_configuration {
    level           = "ALL"
    log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/exclusive:*"
  }
  tracing_configuration {
    enabled = true
  }
}

resource "aws_iam_role" "exclusive" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
  managed_policy_arns = [aws_iam_policy.exclusive.arn]
}

resource "aws_iam_policy" "exclusive" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds"]
        Resource = "arn:aws:codebuild:eu-west-1:123456789012:project/app"
      },
      {
        Effect   = "Allow"
        Action   = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        Resource = "arn:aws:events:eu-west-1:123456789012:rule/StepFunctionsGetEventForCodeBuildStartBuildRule"
      },
      {
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
          "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
        ]
        Resource = "*"
      },
    ]
  })
}

resource "aws_sfn_state_machine" "output" {
  name     = "output"
  role_arn = module.role.arn
  definition = jsonencode({
    StartAt = "Build"
    States = {
      Build = {
        Type           = "Task"
        Resource       = "arn:aws:states:::codebuild:startBuild.sync"
        Parameters     = { ProjectName = "app" }
        TimeoutSeconds = 3600
        End            = true
      }
    }
  })
  logging_configuration {
    level           = "ALL"
    log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/output:*"
  }
  tracing_configuration {
    enabled = true
  }
}

module "role" {
  source = "./role"
}

resource "aws_sfn_state_machine" "whole" {
  name     = "whole"
  role_arn = module.other.arn
  definition = jsonencode({
    StartAt = "Build"
    States = {
      Build = {
        Type           = "Task"
        Resource       = "arn:aws:states:::codebuild:startBuild.sync"
        Parameters     = { ProjectName = "app" }
        TimeoutSeconds = 3600
        End            = true
      }
    }
  })
  logging_configuration {
    level           = "ALL"
    log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/whole:*"
  }
  tracing_configuration {
    enabled = true
  }
  depends_on = [module.other]
}

module "other" {
  source = "./plain"
}

module "flow" {
  source     = "./flow"
  role_arn   = aws_iam_role.flow.arn
  depends_on = [aws_iam_role_policy.flow]
}

resource "aws_iam_role" "flow" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "flow" {
  role   = aws_iam_role.flow.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds"]
        Resource = "arn:aws:codebuild:eu-west-1:123456789012:project/app"
      },
      {
        Effect   = "Allow"
        Action   = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        Resource = "arn:aws:events:eu-west-1:123456789012:rule/StepFunctionsGetEventForCodeBuildStartBuildRule"
      },
      {
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
          "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
        ]
        Resource = "*"
      },
    ]
  })
}
