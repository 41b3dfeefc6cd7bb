variable "role_arn" {}

resource "aws_sfn_state_machine" "flow" {
  name     = "flow"
  role_arn = var.role_arn
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
    log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/flow:*"
  }
  tracing_configuration {
    enabled = true
  }
}
