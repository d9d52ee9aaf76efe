"""Sign-in, roles by programme and region, API tokens, and the record of who was let in."""
