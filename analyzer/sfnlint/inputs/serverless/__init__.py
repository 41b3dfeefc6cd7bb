"""The Serverless Framework: services with the plugin serverless-step-functions."""
