"""Compiled loops of currency risk, each with its numpy twin beside the code that calls it."""
