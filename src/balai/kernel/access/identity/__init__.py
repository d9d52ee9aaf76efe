"""The demonstration's own issuer of identities, for trying out sign-in by OpenID Connect.

It exists only where the installation is a demonstration: anybody may be anybody there.
"""
