"""What vehicles and operators report."""
