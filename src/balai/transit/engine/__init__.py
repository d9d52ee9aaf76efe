"""The pure core of transit: arrays and frozen dataclasses in, out."""
