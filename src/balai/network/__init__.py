"""The ASEAN Smart Cities Network: members, action plans, indicators."""
