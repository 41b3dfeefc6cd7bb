# What each resource may be called stays open in another way; the role grants all that is needed.

data "aws_region" "here" {}

data "aws_caller_identity" "me" {}

variable "stage" {
  type    = string
  default = "test"
}

variable "alarms" {
  type    = bool
  default = true
}

locals {
  prefix = "orders-${var.stage}"
  retry = [{
    ErrorEquals     = ["Lambda.ServiceException"]
    IntervalSeconds = 2
    MaxAttempts     = var.alarms ? 6 : 2
  }]
}

resource "aws_sqs_queue" "orders" {
  name_prefix = "${local.prefix}-"
}

resource "aws_sns_topic" "alarm" {
  count = var.alarms ? 1 : 0
  name  = "${local.prefix}-alarm"
}

resource "aws_lambda_function" "price" {
  function_name = format("%s-price", local.prefix)
  role          = aws_iam_role.price.arn
}

resource "aws_sfn_state_machine" "orders" {
  name     = local.prefix
  role_arn = aws_iam_role.orders.arn
  definition = jsonencode({
    StartAt = "Price"
    States = merge({
      Price = {
        Type       = "Task"
        Resource   = "arn:aws:states:::lambda:invoke"
        Parameters = { FunctionName = aws_lambda_function.price.arn, "Payload.$" = "$" }
        Retry      = local.retry
        Next       = "Send"
      }
      Send = {
        Type       = "Task"
        Resource   = "arn:aws:states:::sqs:sendMessage"
        Parameters = { QueueUrl = aws_sqs_queue.orders.id, "MessageBody.$" = "$" }
        Next       = "Tell"
      }
      }, {
      Tell = {
        Type       = "Task"
        Resource   = "arn:aws:states:::sns:publish"
        Parameters = { TopicArn = one(aws_sns_topic.alarm[*].arn), "Message.$" = "$.MessageId" }
        End        = true
      }
    })
  })
}

data "aws_iam_policy_document" "trust" {
  for_each = toset(["states", "lambda"])
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "orders" {
  name_prefix        = "${local.prefix}-"
  assume_role_policy = data.aws_iam_policy_document.trust["states"].json
}

resource "aws_iam_role" "price" {
  assume_role_policy = data.aws_iam_policy_document.trust["lambda"].json
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = ["${aws_lambda_function.price.arn}:*", aws_lambda_function.price.arn]
  }
  statement {
    actions = ["sqs:SendMessage"]
    resources = [join(":", [
      "arn:aws:sqs", data.aws_region.here.name, data.aws_caller_identity.me.account_id, aws_sqs_queue.orders.name,
    ])]
  }
  dynamic "statement" {
    for_each = aws_sns_topic.alarm
    iterator = topic
    content {
      actions   = ["sns:Publish"]
      resources = [topic.value.arn]
    }
  }
}

resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.name
  policy = data.aws_iam_policy_document.orders.json
}
