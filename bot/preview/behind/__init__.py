"""Behind the scenes of the preview: what the bot keeps, plans and decides for one person.

Shown in clear, on this machine only; a real bot has nothing like it.
"""
