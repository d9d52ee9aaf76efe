"""What is done with cards: their life, their money, concessions, passes and disputes."""
