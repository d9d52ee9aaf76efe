"""Signing in with an identity kept elsewhere: an OpenID Connect relying party."""
