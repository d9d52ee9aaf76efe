"""What is known of operators, their days, statements and payments."""
