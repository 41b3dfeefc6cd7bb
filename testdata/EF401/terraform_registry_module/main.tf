# Each permission that the definition needs, but Invoke, is granted by an input of the module.
module "orders" {
  source  = "terraform-aws-modules/step-functions/aws"
  version = "~> 5.0"

  name = "orders"
  definition = jsonencode({
    StartAt = "Send"
    States = {
      Send = {
        Type       = "Task"
        Resource   = "arn:aws:states:::sqs:sendMessage"
        Parameters = { QueueUrl = aws_sqs_queue.orders.url, MessageBody = "new" }
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
    sqs  = { sqs = [aws_sqs_queue.orders.arn] }
    xray = { xray = true }
  }
  # Ignored without attach_policy_json.
  policy_json = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = "*" }]
  })
  logging_configuration = { level = "ERROR" }
}

resource "aws_sqs_queue" "orders" {
  name = "orders"
}
