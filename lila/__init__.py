"""The mind and its doors: the cognitive loop, backends, tools, server and commands.

Nothing is imported here, so that `lila --help` stays quick: import `lila.core`, `lila.events` and so on.
"""
