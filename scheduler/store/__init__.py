"""Everything that is kept: sealed participants, the agenda, the send limiter and the inbox.

Imports nothing here on purpose, so that `names` stays usable where Redis may not be imported.
"""
