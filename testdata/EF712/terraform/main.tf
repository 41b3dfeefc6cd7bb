resource "aws_cloudwatch_log_group" "orders" {
  name = "/aws/vendedlogs/states/${var.stage}"
}

variable "stage" {}

resource "aws_sfn_state_machine" "orders" {
  name       = "orders"
  role_arn   = "arn:aws:iam::123456789012:role/orders"
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
  logging_configuration {
    level           = "ERROR"
    log_destination = aws_cloudwatch_log_group.orders.arn
  }
}

resource "aws_sfn_state_machine" "invoices" {
  name       = "invoices"
  role_arn   = "arn:aws:iam::123456789012:role/orders"
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
  logging_configuration {
    level           = "ALL"
    log_destination = aws_cloudwatch_log_group.orders.name
  }
}
