"""No tables: Django tells only apps with this module that a migration run has ended, and the
shell grants the application's rights then.
"""
