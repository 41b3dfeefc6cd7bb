variable "policies" { default = [] }
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sns:Publish"]
    resources = ["arn:aws:sns:eu-west-1:123456789012:t"]
  }
}
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.d.json
}
resource "aws_iam_role_policy_attachment" "a" {
  count = length(var.policies)
  role = aws_iam_role.r.name
  policy_arn = var.policies[count.index]
}
resource "aws_sfn_state_machine" "m" {
  name = "m"
  role_arn = aws_iam_role.r.arn
  definition = jsonencode({ StartAt = "T", States = { T = { Type = "Task", Resource = "arn:aws:states:::sns:publish", Parameters = { TopicArn = "arn:aws:sns:eu-west-1:123456789012:t", Message = "x" }, Next = "U" }, U = { Type = "Task", Resource = "arn:aws:states:::sqs:sendMessage", Parameters = { QueueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/q", MessageBody = "x" }, End = true } } })
}
