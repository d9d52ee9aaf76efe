"""The pages of services and cases: the officers' desk, and a resident's own requests."""
