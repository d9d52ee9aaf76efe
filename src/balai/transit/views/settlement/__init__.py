"""The pages of operators, days, statements and payments."""
