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

resource "aws_sfn_state_machine" "managed" {
  name     = "managed"
  role_arn = aws_iam_role.managed.arn
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
    log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/managed:*"
  }
  tracing_configuration {
    enabled = true
  }
  depends_on = [aws_iam_policy.managed]
}

resource "aws_iam_role" "managed" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_policy" "managed" {
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

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.managed.name
  policy_arn = aws_iam_policy.managed.arn
}

resource "aws_sfn_state_machine" "module" {
  name     = "module"
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
    log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/module:*"
  }
  tracing_configuration {
    enabled = true
  }
}

module "role" {
  source = "./role"
}
