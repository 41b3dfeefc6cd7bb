resource "aws_bedrock_inference_profile" "ask" {
  name = "ask"
  model_source {
    copy_from = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-9-v1:0"
  }
}

resource "aws_sfn_state_machine" "ask" {
  name     = "ask"
  role_arn = aws_iam_role.ask.arn
  definition = jsonencode({
    StartAt = "Ask"
    States = {
      Ask = {
        Type       = "Task"
        Resource   = "arn:aws:states:::bedrock:invokeModel"
        Parameters = { ModelId = aws_bedrock_inference_profile.ask.arn, Body = {} }
        End        = true
      }
    }
  })
}

resource "aws_iam_role" "ask" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "ask" {
  role = aws_iam_role.ask.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "bedrock:InvokeModel", Resource = aws_bedrock_inference_profile.ask.arn },
      {
        Effect   = "Allow"
        Action   = "bedrock:InvokeModel"
        Resource = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan-9-v1:0"
      },
    ]
  })
}
