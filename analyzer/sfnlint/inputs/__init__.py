"""Input formats: a package or a module each, listed in `sfnlint.inputs.registry`."""
