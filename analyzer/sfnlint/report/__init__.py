"""Output formats: the findings, the summary and the diagrams as text.

`formats` is the registry of `sfn-lint check --format`; `mermaid` and `dot` are the formats of
`sfn-lint graph`. Below this package a place is a document and a path; `positions` turns it into
lines and columns.
"""
