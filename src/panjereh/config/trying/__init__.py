"""Trying services: their worked examples (scenarios.yaml) played through the real rooms, without a web server.

`world` fills an empty database, `fill` answers forms as a person would, `play` lets an example happen, `expect`
compares what came of it with what the example says.
"""
