# The registry module terraform-aws-modules/step-functions/aws: its inputs, its outputs, and the
# state machine, the role and the policies that follow from them.
#
# Sources, version 5.0.2:
# https://registry.terraform.io/modules/terraform-aws-modules/step-functions/aws/5.0.2
# https://github.com/terraform-aws-modules/terraform-aws-step-functions/tree/v5.0.2
#
# Earlier versions grant the same, apart from nested executions: see `nested_start`. What they lack
# (inputs, integrations, default resources) is an error there, so that it is never deployed.

# Inputs

variable "create" {
  default = true
}
variable "create_role" {
  default = true
}
variable "use_existing_role" {
  default = false
}
variable "use_existing_cloudwatch_log_group" {
  default = false
}
variable "name" {
  default = ""
}
variable "definition" {}
variable "role_arn" {}
variable "type" {
  default = "STANDARD"
}
variable "encryption_configuration" {
  default = {}
}
variable "logging_configuration" {
  default = {}
}
variable "cloudwatch_log_group_name" {
  default = null
}
variable "cloudwatch_log_group_kms_key_id" {
  default = null
}
variable "attach_cloudwatch_logs_policy" {
  default = true
}
variable "aws_region_assume_role" {
  default = ""
}
variable "role_name" {
  default = null
}
variable "role_path" {
  default = null
}
variable "role_permissions_boundary" {
  default = null
}
variable "role_tags" {
  default = {}
}
variable "tags" {
  default = {}
}
variable "trusted_entities" {
  default = []
}
variable "attach_policies_for_integrations" {
  default = true
}
variable "service_integrations" {
  default = {}
}
variable "attach_policy_json" {
  default = false
}
variable "policy_json" {
  default = null
}
variable "attach_policy_jsons" {
  default = false
}
variable "policy_jsons" {
  default = []
}
variable "number_of_policy_jsons" {
  type    = number
  default = 0
}
variable "attach_policy" {
  default = false
}
variable "policy" {
  default = null
}
variable "attach_policies" {
  default = false
}
variable "policies" {
  default = []
}
variable "number_of_policies" {
  type    = number
  default = 0
}
variable "attach_policy_statements" {
  default = false
}
variable "policy_statements" {
  default = {}
}
variable "policy_path" {
  default = null
}
variable "source" {}
variable "version" {
  default = ""
}
variable "unknown_start" {}

# The state machine

locals {
  makes_role = var.create && var.create_role && !var.use_existing_role
  role_name  = coalesce(var.role_name, var.name)
  is_logged  = try(var.logging_configuration["level"], "OFF") != "OFF"
  is_traced  = try(var.service_integrations["xray"]["xray"], false) == true
  region     = var.aws_region_assume_role == "" ? data.aws_region.current.region : var.aws_region_assume_role
}

data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

resource "aws_sfn_state_machine" "this" {
  count      = var.create ? 1 : 0
  name       = var.name
  # The published module refuses calls without any role.
  role_arn   = local.makes_role ? aws_iam_role.this[0].arn : var.role_arn
  definition = var.definition
  type       = upper(var.type)

  dynamic "encryption_configuration" {
    for_each = length(var.encryption_configuration) > 0 ? [var.encryption_configuration] : []
    content {
      type       = encryption_configuration.value.type
      kms_key_id = try(encryption_configuration.value.kms_key_id, null)
    }
  }
  dynamic "logging_configuration" {
    for_each = local.is_logged ? [true] : []
    content {
      log_destination = lookup(var.logging_configuration, "log_destination", "${try(aws_cloudwatch_log_group.sfn[0].arn, data.aws_cloudwatch_log_group.sfn[0].arn)}:*")
      level           = lookup(var.logging_configuration, "level", null)
    }
  }
  dynamic "tracing_configuration" {
    for_each = local.is_traced ? [true] : []
    content {
      enabled = true
    }
  }
}

data "aws_cloudwatch_log_group" "sfn" {
  count = var.create && local.is_logged && var.use_existing_cloudwatch_log_group ? 1 : 0
  name  = var.cloudwatch_log_group_name
}

resource "aws_cloudwatch_log_group" "sfn" {
  count      = var.create && local.is_logged && !var.use_existing_cloudwatch_log_group ? 1 : 0
  name       = coalesce(var.cloudwatch_log_group_name, "/aws/vendedlogs/states/${var.name}")
  kms_key_id = var.cloudwatch_log_group_kms_key_id
}

# The role

resource "aws_iam_role" "this" {
  count                = local.makes_role ? 1 : 0
  name                 = local.role_name
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary
  tags                 = merge(var.tags, var.role_tags)
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = concat(["states.${local.region}.amazonaws.com"], var.trusted_entities)
    }
  }
}

# Before version 4.0.1, `stepfunction_Sync` granted another action:
# https://github.com/terraform-aws-modules/terraform-aws-step-functions/pull/58
locals {
  release      = replace(var.version, " ", "")
  is_old       = can(regex("^=?[0-3][.]", local.release)) || can(regex("^~>[0-3][.]", local.release)) || contains(["4.0.0", "=4.0.0"], local.release) || can(regex("ref=v?[0-3][.]", var.source)) || can(regex("ref=v?4[.]0[.]0$", var.source))
  is_new       = can(regex("^[=~>]*[0-9.]*$", local.release)) && (can(regex("^[^?]*$", var.source)) || can(regex("ref=v?[0-9][.][0-9]+[.][0-9]+$", var.source)))
  nested_start = local.is_old ? ["states:StartExecution"] : local.is_new ? ["states:StartSyncExecution"] : ["states:${var.unknown_start}"]
}

# Its policies: one for each service integration

resource "aws_iam_policy" "service" {
  for_each = { for name, parts in var.service_integrations : name => parts if local.makes_role && var.attach_policies_for_integrations }
  name     = "${local.role_name}-${each.key}"
  path     = var.policy_path
  policy   = data.aws_iam_policy_document.service[each.key].json
}

resource "aws_iam_role_policy_attachment" "service" {
  for_each   = { for name, parts in var.service_integrations : name => parts if local.makes_role && var.attach_policies_for_integrations }
  role       = aws_iam_role.this[0].name
  policy_arn = aws_iam_policy.service[each.key].arn
}

data "aws_iam_policy_document" "service" {
  for_each = var.service_integrations

  dynamic "statement" {
    for_each = each.value
    content {
      effect  = lookup(local.grants[each.key][statement.key], "effect", "Allow")
      actions = local.grants[each.key][statement.key].actions
      # `true` stands for the default resources, anything else is the list of resources.
      resources = statement.value == true ? local.grants[each.key][statement.key].resources : tolist(statement.value)

      dynamic "condition" {
        for_each = lookup(local.grants[each.key][statement.key], "passed_to", [])
        content {
          test     = "StringEquals"
          variable = "iam:PassedToService"
          values   = [condition.value]
        }
      }
    }
  }
}

# Its other policies

resource "aws_iam_policy" "additional_json" {
  count  = local.makes_role && var.attach_policy_json ? 1 : 0
  name   = local.role_name
  path   = var.policy_path
  policy = var.policy_json
}

resource "aws_iam_role_policy_attachment" "additional_json" {
  count      = local.makes_role && var.attach_policy_json ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = aws_iam_policy.additional_json[0].arn
}

resource "aws_iam_policy" "additional_jsons" {
  count  = local.makes_role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0
  name   = "${local.role_name}-${count.index}"
  path   = var.policy_path
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "additional_jsons" {
  count      = local.makes_role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0
  role       = aws_iam_role.this[0].name
  policy_arn = aws_iam_policy.additional_jsons[count.index].arn
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count      = local.makes_role && var.attach_policy ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "additional_many" {
  count      = local.makes_role && var.attach_policies ? var.number_of_policies : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.policies[count.index]
}

resource "aws_iam_policy" "additional_inline" {
  count  = local.makes_role && var.attach_policy_statements ? 1 : 0
  name   = "${local.role_name}-inline"
  path   = var.policy_path
  policy = data.aws_iam_policy_document.additional_inline.json
}

resource "aws_iam_role_policy_attachment" "additional_inline" {
  count      = local.makes_role && var.attach_policy_statements ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = aws_iam_policy.additional_inline[0].arn
}

data "aws_iam_policy_document" "additional_inline" {
  dynamic "statement" {
    for_each = var.policy_statements
    content {
      effect        = lookup(statement.value, "effect", null)
      actions       = lookup(statement.value, "actions", null)
      not_actions   = lookup(statement.value, "not_actions", null)
      resources     = lookup(statement.value, "resources", null)
      not_resources = lookup(statement.value, "not_resources", null)

      dynamic "condition" {
        for_each = lookup(statement.value, "condition", [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_policy" "logs" {
  count  = local.makes_role && local.is_logged && var.attach_cloudwatch_logs_policy ? 1 : 0
  name   = "${local.role_name}-logs"
  path   = var.policy_path
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_iam_role_policy_attachment" "logs" {
  count      = local.makes_role && local.is_logged && var.attach_cloudwatch_logs_policy ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = aws_iam_policy.logs[0].arn
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions = [
      "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries",
      "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
    ]
    resources = ["*"]
  }
}

# Outputs

output "state_machine_id" {
  value = try(aws_sfn_state_machine.this[0].id, "")
}
output "state_machine_arn" {
  value = try(aws_sfn_state_machine.this[0].arn, "")
}
output "state_machine_name" {
  value = try(aws_sfn_state_machine.this[0].name, "")
}
output "role_arn" {
  value = try(aws_iam_role.this[0].arn, "")
}
output "role_name" {
  value = try(aws_iam_role.this[0].name, "")
}
output "cloudwatch_log_group_arn" {
  value = try(aws_cloudwatch_log_group.sfn[0].arn, "")
}
output "cloudwatch_log_group_name" {
  value = try(aws_cloudwatch_log_group.sfn[0].name, "")
}
