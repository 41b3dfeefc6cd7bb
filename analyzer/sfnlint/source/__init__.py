"""Texts, their data, and where each value is written: JSON, JSON5, YAML, Terraform's language.

Also texts inside of strings of others.
"""

from sfnlint.source.ambiguous import AmbiguousBoolean as AmbiguousBoolean
from sfnlint.source.document import Problem as Problem
from sfnlint.source.document import TextDocument as TextDocument
from sfnlint.source.embedded import EmbeddedDocument as EmbeddedDocument
from sfnlint.source.embedded import Piece as Piece
from sfnlint.source.embedded import embed as embed
from sfnlint.source.loading import load as load
from sfnlint.source.loading import parse as parse
from sfnlint.source.loading import parse_as_named as parse_as_named
from sfnlint.source.view import View as View
