"""What the templates of cases need."""
