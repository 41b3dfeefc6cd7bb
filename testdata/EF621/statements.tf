data "aws_iam_policy_document" "own" {
  statement {
    sid       = "Items"
    actions   = ["dynamodb:GetItem"]
    resources = ["*"]
  }
  statement {
    sid       = "Items"
    actions   = ["dynamodb:PutItem"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "flow" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "own" {
  role   = aws_iam_role.flow.id
  policy = data.aws_iam_policy_document.own.json
}

resource "aws_sfn_state_machine" "flow" {
  name     = "flow"
  role_arn = aws_iam_role.flow.arn
  definition = jsonencode({
    StartAt = "Done"
    States  = { Done = { Type = "Succeed" } }
  })
}
