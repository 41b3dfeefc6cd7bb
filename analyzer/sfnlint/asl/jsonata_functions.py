"""The built-in functions of JSONata expressions in a state."""

_JSONATA = """
    abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl
    decodeUrlComponent distinct each encodeUrl encodeUrlComponent error eval exists filter floor
    formatBase formatInteger formatNumber fromMillis join keys length lookup lowercase map match
    max merge millis min not now number pad parseInteger power random reduce replace reverse round
    shuffle sift single sort split spread sqrt string substring substringAfter substringBefore sum
    toMillis trim type uppercase zip
"""
"""https://docs.jsonata.org/string-functions and the following pages"""

_STEP_FUNCTIONS = "hash parse partition random range uuid"
"""https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"""

JSONATA_FUNCTIONS = frozenset((_JSONATA + _STEP_FUNCTIONS).split())
