resource "aws_cloudwatch_log_group" "orders" {
  name = "/aws/vendedlogs/states/${var.stage}"
}

variable "stage" {}
variable "log_group" {}

resource "aws_sfn_state_machine" "orders" {
  name       = "orders"
  role_arn   = aws_iam_role.orders.arn
  depends_on = [aws_iam_role_policy.logs]
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
  logging_configuration {
    level           = "ERROR"
    log_destination = "${aws_cloudwatch_log_group.orders.arn}:*"
  }
  tracing_configuration {
    enabled = true
  }
}

resource "aws_sfn_state_machine" "invoices" {
  name       = "invoices"
  role_arn   = aws_iam_role.orders.arn
  depends_on = [aws_iam_role_policy.logs]
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
  logging_configuration {
    level           = "ALL"
    log_destination = var.log_group
  }
  tracing_configuration {
    enabled = true
  }
}

resource "aws_iam_role" "orders" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "logs" {
  role = aws_iam_role.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
        ]
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
        Resource = "*"
      },
    ]
  })
}
