"""Tests of floor 1: formats."""
