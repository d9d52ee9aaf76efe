"""Pages of cards: the rider's own, and the officers' desk."""
