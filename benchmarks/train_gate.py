"""Learns what the gate weighs: how rare words are, which are written with a capital, and the weights of its features.

    python benchmarks/train_gate.py CORPUS [--until 2023-12-31] [--articles 6000]
"""
