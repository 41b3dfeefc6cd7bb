"""SAM templates, read as the CloudFormation templates that SAM generates."""
