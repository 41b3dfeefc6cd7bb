"""Cloud assemblies of the AWS CDK."""
